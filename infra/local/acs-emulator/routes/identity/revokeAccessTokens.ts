import { defineRoute, param } from '../../http/route.ts';
import { requireIdentity } from '../../identity/tokenRequest.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/identities/:id/::revokeAccessTokens',
  service: 'identity',
  auth: 'accessKey',
  handle: (call, emulator) => {
    const id = requireIdentity(param(call, 'id'), emulator);
    emulator.record({ store: 'identity', type: 'tokensRevoked', id });
    return { status: 204 };
  },
});
