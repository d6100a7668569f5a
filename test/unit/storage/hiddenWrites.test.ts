import { describe, expect, test } from 'vitest';
import { ANSWERS_TABLE, createAnswerLedger } from '../../../shared/idempotency/answerLedger.ts';
import { createCounterStore, LIMITS_TABLE } from '../../../shared/limits/counterStore.ts';
import { createRecipientCounts, dayOf } from '../../../shared/limits/recipientCounts.ts';
import { BATCHES_TABLE } from '../../../shared/smsbatch/ledger/batches.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { hideNextWrite } from '../../setup/hiddenWrite.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { batchOf, CLIENT, ID, refused, rig, send, split } from '../smsbatch/fixtures.ts';

// The response to a write is lost, the SDK repeats the request, and the repetition reports a conflict. No other writer was
// faster then: the work must be continued, and not be done twice.

const NOW = new Date('2026-01-15T08:30:00Z');
const MINUTE = 60_000;
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe('of an operation', () => {
  test.each(['own', 'shared'] as const)('the first claim is this one (%s row)', async (record) => {
    const storage = new MemoryStorage();
    const ledger = createAnswerLedger(storage.tables);
    const name = { id: '5d3f2a0c-0d6e-5a52-9b0c-6f1f1c0f9a11', fingerprint: 'f', record };
    hideNextWrite(storage, ANSWERS_TABLE);
    const claim = await ledger.claim(name, NOW);
    expect(claim).toMatchObject({ isDoubtful: false, counted: 'no', firstSent: NOW });
    if ('etag' in claim) await ledger.keep(claim, { answer: { status: 200, body: {} } });
    expect(await ledger.claim(name, later(1))).toEqual({ answer: { status: 200, body: {} } });
  });

  test('the claim that takes over from a dead one is this one', async () => {
    const storage = new MemoryStorage();
    const ledger = createAnswerLedger(storage.tables);
    const name = { id: '5d3f2a0c-0d6e-5a52-9b0c-6f1f1c0f9a11', fingerprint: 'f' };
    await ledger.claim(name, NOW);
    const table = storage.tables.table(ANSWERS_TABLE);
    const insert = table.insert.bind(table);
    table.insert = (...row) => {
      const inserting = insert(...row);
      hideNextWrite(storage, ANSWERS_TABLE); // the write after the insertion, which has begun
      return inserting;
    };
    expect(await ledger.claim(name, later(MINUTE))).toMatchObject({ isDoubtful: true, firstSent: NOW });
  });
});

describe('of what counts against a limit', () => {
  const shop = { name: 'shop', limits: { smsPerMinute: 5 } };
  const used = async (storage: MemoryStorage) => {
    const { smsPerMinute = [] } = await createCounterStore(storage.tables, () => NOW.getTime()).read('shop');
    return smsPerMinute.reduce((sum, [, count]) => sum + count, 0);
  };

  test('it is counted once, and given back once', async () => {
    const storage = new MemoryStorage();
    const counters = createCounterStore(storage.tables, () => NOW.getTime());
    hideNextWrite(storage, LIMITS_TABLE);
    expect(await counters.take(shop, { sms: 2 })).toMatchObject({ standings: [{ used: 2 }] });
    await counters.take(shop, { sms: 3 });
    hideNextWrite(storage, LIMITS_TABLE);
    await counters.giveBack(shop, { sms: 1 }, NOW.getTime());
    expect(await used(storage)).toBe(4);
  });

  test('a real conflict is not mistaken for it', async () => {
    const storage = new MemoryStorage();
    const [one, other] = [0, 1].map(() => createCounterStore(storage.tables, () => NOW.getTime()));
    await one?.take(shop, { sms: 1 });
    await other?.take(shop, { sms: 1 });
    await one?.take(shop, { sms: 1 });
    expect(await used(storage)).toBe(3);
  });

  test('a recipient is counted once, and not left out', async () => {
    const storage = new MemoryStorage();
    const counts = createRecipientCounts(storage.tables, async () => TEST_SECRET);
    const day = dayOf('shop', NOW.getTime());
    const hash = (await counts.hasher('shop'))('+14255550123');
    hideNextWrite(storage, LIMITS_TABLE);
    expect((await counts.add(day, [hash, hash, hash], { limit: 2, mark: 'a' })).refused).toEqual(new Set([2]));
    expect((await counts.add(day, [hash], { limit: 2, mark: 'b' })).refused).toEqual(new Set([0]));
  });

  test('a recipient is given back once', async () => {
    const storage = new MemoryStorage();
    const counts = createRecipientCounts(storage.tables, async () => TEST_SECRET);
    const day = dayOf('shop', NOW.getTime());
    const hash = (await counts.hasher('shop'))('+14255550123');
    for (const mark of ['a', 'b']) await counts.add(day, [hash], { limit: 2, mark });
    hideNextWrite(storage, LIMITS_TABLE);
    await counts.subtract(day, [hash], 'b');
    expect((await counts.add(day, [hash, hash], { limit: 2, mark: 'c' })).refused).toEqual(new Set([1]));
  });
});

test('of a redrive, it begins, and is not rejected because it has begun', async () => {
  const it = rig();
  it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
  await split(it);
  await send(it);
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  const messages = it.storage.messages(SPLIT_QUEUE).length;
  const table = it.storage.tables.table(BATCHES_TABLE);
  const merge = table.merge.bind(table);
  table.merge = async (...write) => {
    table.merge = merge;
    await merge(...write);
    return undefined;
  };
  expect(await redriveBatch(it.context, CLIENT, ID, false)).toMatchObject({ state: 'running' });
  expect(it.storage.messages(SPLIT_QUEUE)).toHaveLength(messages + 1);
  expect(await batchOf(it)).toMatchObject({ redrives: 1 });
});
