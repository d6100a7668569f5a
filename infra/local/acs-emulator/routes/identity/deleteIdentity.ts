import { defineRoute, param } from '../../http/route.ts';
import { requireIdentity } from '../../identity/tokenRequest.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/identities/:id',
  service: 'identity',
  auth: 'accessKey',
  handle: (call, emulator) => {
    const id = requireIdentity(param(call, 'id'), emulator);
    emulator.record({ store: 'identity', type: 'deleted', id });
    return { status: 204 };
  },
});
