import { CommunicationIdentityClient } from '@azure/communication-identity';
import { describe, expect, inject, test } from 'vitest';
import { identityIds } from '../setup/emulator.ts';
import { INSECURE, overTls, SDK_TARGETS, TRUSTING, withWrongKey } from './targets.ts';

const { acs, acsConnectionString = '' } = inject('stack');
const HOUR_MILLISECONDS = 60 * 60 * 1000;

describe.each(SDK_TARGETS)('CommunicationIdentityClient against $name', (target) => {
  test('creates, issues tokens and deletes', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const user = await client.createUser();
    expect(await identityIds(acs)).toContain(user.communicationUserId);
    const { token, expiresOn } = await client.getToken(user, ['chat', 'voip'], { tokenExpiresInMinutes: 60 });
    expect(token.split('.')).toHaveLength(3);
    expect(expiresOn.getTime() - Date.now()).toBeLessThanOrEqual(HOUR_MILLISECONDS);
    await client.deleteUser(user);
    expect(await identityIds(acs)).not.toContain(user.communicationUserId);
    await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({ statusCode: 404 });
  });

  test('creates with a token in one call, over https', async () => {
    const client = new CommunicationIdentityClient(overTls(target), TRUSTING);
    const { user, token, expiresOn } = await client.createUserAndToken(['chat']);
    expect(user.communicationUserId).toMatch(/^8:acs:/);
    expect(token.split('.')).toHaveLength(3);
    expect(expiresOn.getTime() - Date.now()).toBeGreaterThan(HOUR_MILLISECONDS);
  });

  test('is refused a life of a token that ACS does not give', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const user = await client.createUser();
    const issue = client.getToken(user, ['chat'], { tokenExpiresInMinutes: 59 });
    await expect(issue).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is denied with a wrong key', async () => {
    const client = new CommunicationIdentityClient(withWrongKey(target), INSECURE);
    await expect(client.createUser()).rejects.toMatchObject({ statusCode: 401 });
  });
});

test('CommunicationIdentityClient revokes tokens at ACS itself', async () => {
  const client = new CommunicationIdentityClient(acsConnectionString, INSECURE);
  const { user } = await client.createUserAndToken(['chat']);
  await expect(client.revokeTokens(user)).resolves.toBeUndefined();
});
