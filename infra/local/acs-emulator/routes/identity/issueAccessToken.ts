import { defineRoute, param, readJson } from '../../http/route.ts';
import { invalidIdentityRequest, issueToken, readTokenRequest, requireIdentity } from '../../identity/tokenRequest.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/identities/:id/::issueAccessToken',
  service: 'identity',
  auth: 'accessKey',
  handle: async (call, emulator) => {
    const request = readTokenRequest(readJson(call, invalidIdentityRequest), 'scopes');
    const id = requireIdentity(param(call, 'id'), emulator);
    return { status: 200, body: await issueToken(id, request, emulator) };
  },
});
