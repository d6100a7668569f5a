import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { SigningKey } from '../signing/sign.ts';
import { sign } from '../signing/sign.ts';
import { isSenderRefusal } from './acsError.ts';

/**
 * Signs every try afresh with the resource's access key. On a 401 the request goes once more, with the other key where
 * there are two (so that a key can be regenerated without a failed call), else with a fresh date (ACS now and then
 * refuses a good date). The key that worked stays the first.
 */
export function signingPolicy(keys: readonly SigningKey[], now: () => Date): PipelinePolicy {
  let current = 0;
  return {
    name: 'acsSigning',
    async sendRequest(request, next) {
      const used = current;
      const first = await next(signed(request, keyAt(keys, used), now()));
      if (first.status !== 401 || isSenderRefusal(first.status, first.bodyAsText ?? '')) return first;
      const other = (used + 1) % keys.length;
      const second = await next(signed(request, keyAt(keys, other), now()));
      if (second.status !== 401) current = other;
      return second;
    },
  };
}

function keyAt(keys: readonly SigningKey[], index: number): SigningKey {
  const key = keys[index];
  if (!key) throw new RangeError('The ACS credential has no access key.');
  return key;
}

function signed(request: PipelineRequest, key: SigningKey, date: Date): PipelineRequest {
  const { method, url, body } = request;
  const headers = sign({ method, url, body: typeof body === 'string' ? body : undefined, date }, key);
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  return request;
}

/** The double slash is real. @see `@azure/communication-common` 2.5.0 */
const ENTRA_SCOPE = 'https://communication.azure.com//.default';
const RENEW_BEFORE_MILLISECONDS = 5 * 60 * 1000;

/** Authorises with the function app's managed identity (or, on a laptop, the developer's Azure sign-in). */
export function entraPolicy(clientId: string | undefined, credential?: TokenCredential): PipelinePolicy {
  let cached: AccessToken | undefined;
  const token = async (): Promise<string> => {
    if (!cached || cached.expiresOnTimestamp - Date.now() < RENEW_BEFORE_MILLISECONDS) {
      cached = await fetchToken(clientId, credential);
    }
    return cached.token;
  };
  return {
    name: 'acsEntra',
    async sendRequest(request, next): Promise<PipelineResponse> {
      request.headers.set('authorization', `Bearer ${await token()}`);
      return next(request);
    },
  };
}

async function fetchToken(clientId: string | undefined, given: TokenCredential | undefined): Promise<AccessToken> {
  const credential = given ?? (await defaultCredential(clientId));
  const token = await credential.getToken(ENTRA_SCOPE);
  if (!token) throw new Error('No Entra token for ACS: the identity has no role on the resource or is not assigned.');
  return token;
}

async function defaultCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return clientId ? new DefaultAzureCredential({ managedIdentityClientId: clientId }) : new DefaultAzureCredential();
}
