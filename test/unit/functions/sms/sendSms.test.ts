import { expect, test } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { derivedIds } from '../../../../shared/operation/wireids.ts';
import { anyOperation, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(sendSms);
const BODY = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };
const RESULT = { value: [{ to: '+14255550123', messageId: 'm', httpStatusCode: 202, successful: true }] };
const acs = () => ({ status: 202, body: RESULT });

test('a text is sent under ids from the Idempotency-Key, first now', async () => {
  const { http, sent } = rig({ acs });
  const headers = { 'idempotency-key': 'order-1' };
  const answer = await http(OPERATION, { target: '/sms?api-version=2024-03-15', params: {}, body: BODY, headers });
  expect(answer).toMatchObject({ status: 202, body: RESULT });
  const repeatabilityRequestId = derivedIds(['http', 'shop', 'sendSms', 'order-1'], NOW).uuid(0);
  const ids = { repeatabilityRequestId, repeatabilityFirstSent: NOW.toUTCString() };
  expect(sent).toMatchObject([{ path: '/sms', body: { ...BODY, smsRecipients: [{ to: '+14255550123', ...ids }] } }]);
});

test('a text from a queue is sent for its client', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { id: 'm1', client: 'shop', body: BODY });
  await deliver(OPERATION, { id: 'm2', client: 'desk', body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.sendSms.succeeded', data: RESULT },
    { type: 'switchboard.sendSms.failed', httpstatus: 403 },
  ]);
});
