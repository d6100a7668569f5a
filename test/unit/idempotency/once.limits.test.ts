import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { usage } from '../../../shared/contract/usage.ts';
import { usageOf } from '../../../shared/limits/limits.ts';
import { greeting, KEYS, rig } from '../operation/fixtures.ts';

// What a named request sends counts once: neither never nor twice, whatever its first try ended with.

const LIMITS = { smsPerDay: 5, perRecipientPerDay: 1 };
const CLIENTS = JSON.stringify([{ name: 'shop', keys: [KEYS.shop], limits: LIMITS }]);
const NUMBER = '+14255550123';
const MINUTE = 60_000;

type Step = 'fails before it counts' | 'fails after it has counted' | 'succeeds';

function sending(...steps: Step[]) {
  const it = rig({ variables: { CLIENTS } });
  const refused: number[] = [];
  const operation = greeting(
    async (_, context) => {
      const step = steps.shift();
      const contention = new SwitchboardError('StorageContention', 'Busy.', {});
      if (step === 'fails before it counts') throw contention;
      refused.push((await context.charge({ channel: 'sms', recipients: [NUMBER] })).refused.size);
      if (step === 'fails after it has counted') throw contention;
      return { sent: true };
    },
    { isSending: true },
  );
  const call = async (key: string) =>
    (await it.http(operation, { body: { from: '+18005550100' }, headers: { 'idempotency-key': key } })).status;
  const used = async () => {
    const client = it.runtime.clients.named('shop');
    return usage.parse(await usageOf(it.runtime.limits, client)).limits.find(({ limit }) => limit === 'smsPerDay')
      ?.used;
  };
  return { ...it, operation, call, used, refused };
}

test('a try that failed before it counted leaves a repetition to count', async () => {
  const { call, used } = sending('fails before it counts', 'fails before it counts', 'succeeds');
  expect([await call('a'), await call('a'), await call('a')]).toEqual([503, 503, 200]);
  expect(await used()).toBe(1);
});

test('so does one whose repetition is over a limit', async () => {
  const it = sending('fails before it counts', 'succeeds', 'succeeds');
  expect([await it.call('a'), await it.call('b'), await it.call('a')]).toEqual([503, 200, 200]);
  expect(it.refused).toEqual([0, 1]); // the recipient has had its message of the day
});

test('one that failed after it had counted has counted for its repetitions', async () => {
  const it = sending('fails after it has counted', 'fails before it counts', 'succeeds');
  expect([await it.call('a'), await it.call('a'), await it.call('a')]).toEqual([503, 503, 200]);
  expect(await it.used()).toBe(1);
  expect(it.refused).toEqual([0, 0]);
});

test('a repetition leaves out whom the first try had to leave out', async () => {
  const other = '+14255550124';
  const it = rig({ variables: { CLIENTS } });
  const refused: number[][] = [];
  let recipients = [NUMBER];
  let fails: boolean = false;
  const operation = greeting(
    async (_, context) => {
      refused.push([...(await context.charge({ channel: 'sms', recipients })).refused]);
      if (fails) throw new SwitchboardError('UpstreamInDoubt', 'Lost.', { repeatable: true });
      return { sent: true };
    },
    { isSending: true },
  );
  const call = (key: string) =>
    it.http(operation, { body: { from: '+18005550100' }, headers: { 'idempotency-key': key } });
  await call('a');
  recipients = [NUMBER, other];
  fails = true;
  await call('b');
  fails = false;
  await call('b');
  expect(refused).toEqual([[], [0], [0]]);
});

/** The first try dies: what it leaves behind, for others, is the record that it began. */
async function dying(it: ReturnType<typeof sending>, key: string): Promise<void> {
  const table = it.storage.tables.table('answers');
  const replace = table.replace.bind(table);
  Object.assign(table, { replace: () => Promise.reject(new Error('died')) });
  await it.call(key);
  Object.assign(table, { replace });
  it.clock.date = new Date(it.clock.date.getTime() + MINUTE);
}

test('one that died after it had counted leaves no recipient out of its repetition, and counts it once', async () => {
  const it = sending('fails after it has counted', 'succeeds', 'succeeds');
  await dying(it, 'a');
  expect(await it.call('a')).toBe(200);
  expect(await it.used()).toBe(2); // whether the messages were counted is not known
  expect(it.refused).toEqual([0, 0]);
  expect(await it.call('b')).toBe(200);
  expect(it.refused).toEqual([0, 0, 1]); // the recipient has had its message of the day
});

test('one that died before it counted leaves a repetition to count its recipients', async () => {
  const it = sending('fails before it counts', 'succeeds', 'succeeds', 'succeeds');
  const table = it.storage.tables.table('answers');
  const remove = table.remove.bind(table);
  Object.assign(table, { remove: () => Promise.reject(new Error('died')) });
  await it.call('a');
  Object.assign(table, { remove });
  it.clock.date = new Date(it.clock.date.getTime() + MINUTE);
  expect([await it.call('a'), await it.call('b')]).toEqual([200, 200]);
  expect(it.refused).toEqual([0, 1]);
});

test('a redrive that failed after it had counted counts once', async () => {
  const it = rig({ variables: { CLIENTS } });
  let tries = 0;
  const operation = greeting(
    async (_, context) => {
      await context.chargeRedrive(2);
      tries += 1;
      if (tries === 1) throw new SwitchboardError('StorageContention', 'Busy.', {});
      return { sent: true };
    },
    { isSending: true },
  );
  const call = async () =>
    (await it.http(operation, { body: { from: '+18005550100' }, headers: { 'idempotency-key': 'a' } })).status;
  expect([await call(), await call()]).toEqual([503, 200]);
  const { limits } = usage.parse(await usageOf(it.runtime.limits, it.runtime.clients.named('shop')));
  expect(limits).toContainEqual(expect.objectContaining({ limit: 'smsPerDay', used: 2 }));
});
