import { invalidOwnRequest } from '../../http/listFilter.ts';
import { defineRoute, parseJson } from '../../http/route.ts';
import { readRates } from '../../sms/quotas.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/_emulator/quotas',
  service: 'emulator',
  auth: 'none',
  handle: (call, emulator) => {
    emulator.smsQuotas.replace(readRates(parseJson(call, invalidOwnRequest)));
    return { status: 200, body: { sms: emulator.smsQuotas.rates } };
  },
});
