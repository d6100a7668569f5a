import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { forgetOldRecords } from '../../../../functions/system/forgetOldRecords.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { accepts, FROM } from '../sms/limitedshop.ts';

const DAY_MILLISECONDS = 86_400_000;

test('deletes answers that are older than RETENTION_DAYS, and no others', async () => {
  const it = rig({ acs: ({ body }) => accepts(body), variables: { RETENTION_DAYS: '14' } });
  const send = () =>
    it.http(anyOperation(sendSms), {
      ...{ target: '/sms?api-version=2024-03-15', params: {}, headers: { 'idempotency-key': 'order-1' } },
      ...{ body: { from: FROM, smsRecipients: [{ to: '+14255550123' }], message: 'Hi' }, signedOn: it.clock.date },
    });
  const rows = async () => {
    const found = [];
    for await (const row of it.storage.oldRows.of('answers', new Date(it.clock.date.getTime() + 1))) found.push(row);
    return found.length;
  };
  await send();
  const before = await rows();
  expect(before).toBeGreaterThan(0);
  const start = it.clock.date.getTime();
  it.clock.date = new Date(start + 13 * DAY_MILLISECONDS);
  await forgetOldRecords.run(it.runtime);
  expect(await rows()).toBe(before);
  it.clock.date = new Date(start + 16 * DAY_MILLISECONDS);
  await forgetOldRecords.run(it.runtime);
  expect(await rows()).toBe(0);
});

test('runs once a day, at night', () => {
  const runs = new Cron(forgetOldRecords.schedule, { timezone: 'UTC' }).nextRuns(2, '2026-01-15T12:00:00Z');
  expect(runs.map((run) => run.toISOString().slice(0, 13))).toEqual(['2026-01-16T03', '2026-01-17T03']);
});
