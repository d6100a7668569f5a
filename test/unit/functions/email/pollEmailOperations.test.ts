import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { getEmailOperation } from '../../../../functions/email/getEmailOperation.ts';
import { pollEmailOperations } from '../../../../functions/email/pollEmailOperations.ts';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { sweepSmsBatches } from '../../../../functions/sms/sweepSmsBatches.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';

const MAIL = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello', plainText: 'World' },
};
// Status and result of an email operation are members of the answer of GET /emails/operations/{id} (openapi.yaml).
const SUCCEEDED = { status: 'Succeeded', error: null };

test('asks ACS for the status of an email and emits its result once', async () => {
  const it = rig({
    acs: ({ method, path }) => {
      const id = path.split('/').at(-1) ?? '';
      return method === 'POST' ? { status: 202, body: { id, status: 'Running' } } : { body: { id, ...SUCCEEDED } };
    },
  });
  const sendTarget = '/emails:send?api-version=2024-03-15';
  const { body } = await it.http(anyOperation(sendEmail), { target: sendTarget, params: {}, body: MAIL });
  const operationId = String(Reflect.get(Object(body), 'id'));
  for (let run = 0; run < 3; run += 1) {
    it.clock.date = new Date(it.clock.date.getTime() + 60_000);
    await pollEmailOperations.run(it.runtime);
  }
  expect(it.storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.sendEmail.succeeded' }]);
  const target = `/emails/operations/${operationId}?api-version=2024-03-15`;
  const answer = await it.http(anyOperation(getEmailOperation), {
    ...{ target, params: { operationId }, signedOn: it.clock.date },
  });
  expect(answer).toMatchObject({ status: 200, body: { status: 'Succeeded' } });
});

test('runs every 30 seconds, never together with sweepSmsBatches', () => {
  const seconds = ({ schedule }: { schedule: string }) =>
    new Cron(schedule, { timezone: 'UTC' }).nextRuns(4, '2026-01-15T08:30:50Z').map((run) => run.getUTCSeconds());
  expect(seconds(pollEmailOperations)).toEqual([8, 38, 8, 38]);
  expect(seconds(sweepSmsBatches)).toEqual([0, 15, 30, 45]);
});
