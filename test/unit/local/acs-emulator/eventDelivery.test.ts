import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EventDelivery } from '../../../../infra/local/acs-emulator/events/eventDelivery.ts';
import { PendingEvents } from '../../../../infra/local/acs-emulator/events/pendingEvents.ts';
import { eventRig, NOTHING_SET, numbers, sendEmail, sendSms, smsRequested } from './eventRig.ts';
import { Clock } from './harness.ts';

async function dataDirectoryForTest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('failed events are sent later, each once, and the failure is logged once', async () => {
  const sent: string[] = [];
  const log: string[] = [];
  let failures = 20;
  const events = async (text: string) => {
    failures -= 1;
    if (failures >= 0) throw new Error('no storage');
    sent.push(JSON.parse(text).data.to);
  };
  const rig = await eventRig({ events, log: (line) => log.push(line) });
  const recipients = numbers(100);
  await sendSms(rig, recipients);
  await rig.after(200);
  expect(sent).toEqual([]);
  expect(await rig.state()).toMatchObject({ pending: 100 });
  while ((await rig.state()).pending > 0) await rig.after(0);
  expect(new Set(sent)).toEqual(new Set(recipients));
  expect(sent).toHaveLength(recipients.length);
  expect(log.filter((line) => line.includes('no storage'))).toHaveLength(1);
});

test('an event that can never be sent does not block others', async () => {
  const sent: string[] = [];
  const events = async (text: string) => {
    const { to } = JSON.parse(text).data;
    if (to === '+14255550000') throw new Error('too large');
    sent.push(to);
  };
  const rig = await eventRig({ events });
  await sendSms(rig, ['+14255550000', ...numbers(99)]);
  await sendSms(rig, numbers(100));
  await rig.after(200);
  await rig.after(0);
  expect(sent).toHaveLength(199);
  expect(await rig.state()).toMatchObject({ pending: 1, sent: 199 });
});

test('events are sent without a trigger, even after failures', async () => {
  let tries = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const events = async (text: string) => {
    tries += 1;
    if (tries < 3) throw new Error('no storage');
    resolve(JSON.parse(text).data.to);
  };
  const rig = await eventRig({ events, eventDelayMilliseconds: 0 });
  await sendSms(rig, ['+14255550123']);
  expect(await promise).toBe('+14255550123');
});

test('at most 16 events are sent at a time', async () => {
  let underWay = 0;
  let most = 0;
  const events = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
  };
  const rig = await eventRig({ events });
  await sendSms(rig, numbers(100));
  await rig.after(200);
  expect(most).toBe(16);
  expect(await rig.state()).toMatchObject({ pending: 0, sent: 100 });
});

test('a restart sends the unsent events only', async () => {
  const dataDirectory = await dataDirectoryForTest();
  const clock = new Clock();
  const first = await eventRig({ dataDirectory }, clock);
  await sendSms(first, ['+14255550101', '+14255550102']);
  await first.after(200);
  await sendEmail(first, ['anna@example.com']);
  await sendSms(first, ['+14255550103']);
  await first.call('POST', '/_emulator/sms/incoming', {
    key: null,
    body: { from: '+14255550104', to: '+18005550100', message: 'Hello' },
  });
  await first.close();
  expect(first.queue).toHaveLength(2);
  const second = await eventRig({ dataDirectory }, clock);
  expect(await second.state()).toMatchObject({ pending: 3, sent: 2 });
  const types = (await second.after(3200)).map(({ eventType }) => eventType.split('.')[2]);
  expect(types).toEqual(['SMSDeliveryReportReceived', 'SMSReceived', 'EmailDeliveryReportReceived']);
});

test('after a kill in the middle of a request, all its events are sent again with the same ids', async () => {
  const dataDirectory = await dataDirectoryForTest();
  const clock = new Clock();
  const ids: string[] = [];
  const events = async (text: string) => {
    if (ids.length === 3) throw new Error('no storage');
    ids.push(JSON.parse(text).id);
  };
  const killed = await eventRig({ dataDirectory, events }, clock);
  await sendSms(killed, numbers(5));
  await killed.after(200);
  const next = await eventRig({ dataDirectory }, clock); // reads the journal while the first process still has it open
  await next.after(0);
  expect(next.queue.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  expect(next.queue).toHaveLength(5);
});

test('a reset during a send leaves no trace of the event', async () => {
  const pending = new PendingEvents(NOTHING_SET);
  const recorded: object[] = [];
  const delivery = new EventDelivery({
    pending,
    now: () => new Date(0),
    send: async () => pending.clear(),
    record: (event) => recorded.push(event),
    settled: () => Promise.resolve(),
    onError: () => undefined,
  });
  pending.apply(smsRequested('a', 0, 1));
  await delivery.deliverDue();
  await delivery.close();
  expect([recorded, pending.pending, pending.sent]).toEqual([[], 0, 0]);
});

// A delay of more than 24.8 days is one of 1 ms: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
test('a clock that is moved back by months makes no timer fire again and again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const pending = new PendingEvents(NOTHING_SET);
  let now = Date.parse('2026-03-15T08:30:00Z');
  let reads = 0;
  pending.apply(smsRequested('a', now + 200, 1));
  const delivery = new EventDelivery({
    pending,
    now: () => {
      reads += 1;
      return new Date(now);
    },
    send: () => Promise.reject(new Error('It is not due.')),
    record: () => undefined,
    settled: () => Promise.resolve(),
    onError: (error) => expect.unreachable(String(error)),
  });
  now -= 60 * 24 * 60 * 60 * 1000;
  await vi.advanceTimersByTimeAsync(200);
  const before = reads;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(before);
  expect(vi.getTimerCount()).toBe(1);
  vi.useRealTimers();
  await delivery.close();
});
