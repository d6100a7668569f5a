import { readEmailRates } from '../../email/traffic.ts';
import { invalidOwnRequest } from '../../http/listFilter.ts';
import { defineRoute, parseJson } from '../../http/route.ts';
import { readQuotaBody } from '../../quotas/quotaFields.ts';
import { readRates } from '../../sms/quotas.ts';

/** Replaces the quotas of both services: one that is not named has none then. */
export const route = defineRoute({
  method: 'PUT',
  path: '/_emulator/quotas',
  service: 'emulator',
  auth: 'none',
  handle: (call, { smsQuotas, emailTraffic }) => {
    const body = readQuotaBody(parseJson(call, invalidOwnRequest));
    const sms = readRates(body.optionalObject('sms'));
    const email = readEmailRates(body.optionalObject('email'));
    smsQuotas.replace(sms);
    emailTraffic.replace(email);
    return { status: 200, body: { sms, email } };
  },
});
