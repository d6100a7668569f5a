import { expect, test } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { anyOperation, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(sendSms);
const BODY = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };

test('a text whose answer was lost is not repeated once ACS may no longer recognise it, right up to the request', async () => {
  const lost = new SwitchboardError('UpstreamInDoubt', 'lost', { repeatable: true });
  const { http, sent, clock, runtime } = rig({
    acs: () => {
      throw lost;
    },
  });
  const call = { target: '/sms?api-version=2024-03-15', params: {}, body: BODY };
  const headers = { 'idempotency-key': 'order-1' };
  await http(OPERATION, { ...call, headers });
  const after = (milliseconds: number) => {
    clock.date = new Date(NOW.getTime() + milliseconds);
  };
  after(280_000);
  const { optedOut } = runtime.optOuts;
  Object.assign(runtime.optOuts, {
    optedOut: async (...query: Parameters<typeof optedOut>) => {
      after(285_001); // storage is slow just then
      return optedOut(...query);
    },
  });
  expect(await http(OPERATION, { ...call, headers })).toMatchObject({ status: 504 });
  expect(sent).toHaveLength(1);
});
