import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/quotas',
  service: 'emulator',
  auth: 'none',
  handle: (_call, { smsQuotas, emailTraffic }) => ({
    status: 200,
    body: { sms: smsQuotas.rates, email: emailTraffic.rates },
  }),
});
