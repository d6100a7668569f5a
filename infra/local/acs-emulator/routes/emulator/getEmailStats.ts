import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/emails/stats',
  service: 'emulator',
  auth: 'none',
  handle: (_call, emulator) => ({ status: 200, body: emulator.emailTraffic.stats() }),
});
