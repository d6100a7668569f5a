import type { TokenCredential } from '@azure/core-auth';

/**
 * The function app's managed identity or, on a developer's machine, the developer's own Azure sign-in.
 *
 * @param clientId of a user-assigned identity
 */
export async function azureCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return clientId ? new DefaultAzureCredential({ managedIdentityClientId: clientId }) : new DefaultAzureCredential();
}
