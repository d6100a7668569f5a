import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';
import { invalidIdentityRequest, issueToken, readTokenRequest } from '../../identity/tokenRequest.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/identities',
  service: 'identity',
  auth: 'accessKey',
  handle: createIdentity,
});

async function createIdentity(call: Call, emulator: Context): Promise<Answer> {
  const request = readTokenRequest(readJson(call, invalidIdentityRequest), 'createTokenWithScopes');
  const id = `8:acs:${emulator.resourceId}_${randomUUID()}`;
  emulator.record({ store: 'identity', type: 'created', id, at: emulator.now().getTime() });
  if (request.scopes.length === 0) return { status: 201, body: { identity: { id } } };
  return { status: 201, body: { identity: { id }, accessToken: await issueToken(id, request, emulator) } };
}
