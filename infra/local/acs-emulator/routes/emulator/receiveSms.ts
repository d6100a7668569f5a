import { defineRoute } from '../../http/route.ts';
import { receiveSms } from '../../sms/incoming.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/_emulator/sms/incoming',
  service: 'emulator',
  auth: 'none',
  handle: (call, emulator) => ({ status: 202, body: { messageId: receiveSms(call, emulator) } }),
});
