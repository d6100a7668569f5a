import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/health',
  service: 'emulator',
  auth: 'none',
  handle: () => ({ status: 200, body: { status: 'ok' } }),
});
