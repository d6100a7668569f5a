import { readFilter } from '../../http/listFilter.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/sms',
  service: 'emulator',
  auth: 'none',
  handle: (call, emulator) => ({ status: 200, body: { value: emulator.sms.list(readFilter(call)) } }),
});
