import { expect, test } from 'vitest';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { submitSmsBatch } from '../../../../functions/sms/submitSmsBatch.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(submitSmsBatch);
const KEY = 'FAKE_API_KEY_1234567890abcdef';

const submit = (it: ReturnType<typeof rig>, smsSendOptions: object, query = '') =>
  it.http(OPERATION, {
    ...{ target: `/sms/batches?api-version=2026-01-23${query}`, params: {} },
    body: { from: '+18005550100', message: 'Hello', recipients: ['+14255550123'], smsSendOptions },
  });

test('the time to wait for delivery reports reaches ACS with each message', async () => {
  const it = rig({ acs: () => ({ status: 202, body: { value: [] } }) });
  expect(await submit(it, { deliveryReportTimeoutInSeconds: 300 })).toMatchObject({ status: 202 });
  const [message] = it.storage.messages('sms-chunks');
  it.clock.date = new Date(it.clock.date.getTime() + 120_000);
  await sendSmsChunk.run(sendSmsChunk.message.parse(message), it.runtime, () => undefined);
  expect(it.sent.map(({ body }) => body)).toMatchObject([
    { smsSendOptions: { enableDeliveryReport: true, deliveryReportTimeoutInSeconds: 300 } },
  ]);
});

test.each(['', '&dryRun=true'])('an option that the configured version does not have is refused %s', async (query) => {
  const it = rig({ variables: { ACS_API_VERSION_SMS: '2021-03-07' } });
  const target = 'smsSendOptions.deliveryReportTimeoutInSeconds';
  expect(await submit(it, { deliveryReportTimeoutInSeconds: 300 }, query)).toMatchObject({
    status: 400,
    body: { error: { target, message: expect.stringContaining('ACS_API_VERSION_SMS') } },
  });
  expect(it.storage.contents()).not.toContain('Hello');
});

test.each([{ partner: 'p', partnerParams: { apiKey: KEY } }, { partner: 'p', apiKey: KEY }, { partner: 'p' }])(
  'messagingConnect is refused: a batch stores its options: %j',
  async (messagingConnect) => {
    const it = rig();
    const answer = await submit(it, { messagingConnect });
    const target = 'smsSendOptions.messagingConnect';
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest', target, details: [{ target, code: 'InvalidField' }] } },
    });
    expect(JSON.stringify(answer) + it.storage.contents() + it.log.join('')).not.toContain(KEY);
  },
);
