import { beforeEach, describe, expect, test } from 'vitest';
import {
  type AnswerLedger,
  createAnswerLedger,
  type OperationClaim,
} from '../../../shared/idempotency/answerLedger.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { greeting, NOW, rig } from '../operation/fixtures.ts';

const NAME = { id: '5d3f2a0c-0d6e-5a52-9b0c-6f1f1c0f9a11', fingerprint: 'f' };
const MINUTE = 60_000;
const OK = { status: 200, body: { by: 'the one that took over' } };

const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

let storage: MemoryStorage;
let ledger: AnswerLedger;

/** The right to carry out the operation. */
async function claimed(now: Date): Promise<OperationClaim> {
  const claim = await ledger.claim(NAME, now);
  if (!('etag' in claim)) throw new Error('The operation has ended.');
  return claim;
}

beforeEach(() => {
  storage = new MemoryStorage();
  ledger = createAnswerLedger(storage.tables);
});

describe('after a try that may have taken effect', () => {
  test('the next one is in doubt, and goes on as of the first time', async () => {
    await ledger.release(await claimed(NOW), true);
    expect(await claimed(later(1))).toMatchObject({ isDoubtful: true, firstSent: NOW });
  });

  test('one that surely did nothing leaves the doubt about the earlier one', async () => {
    await ledger.release(await claimed(NOW), true);
    await ledger.release(await claimed(later(1)), false);
    expect(await claimed(later(2))).toMatchObject({ isDoubtful: true, firstSent: NOW });
  });

  test('one that died leaves it, too', async () => {
    await claimed(NOW);
    await ledger.release(await claimed(later(MINUTE)), false);
    expect(await claimed(later(MINUTE))).toMatchObject({ isDoubtful: true, firstSent: NOW });
  });
});

test('after a try that surely did nothing, the next one is the first', async () => {
  await ledger.release(await claimed(NOW), false);
  expect(await claimed(later(1))).toMatchObject({ isDoubtful: false, firstSent: later(1) });
});

test('of many that would take over from one that died, one does', async () => {
  await claimed(NOW);
  const takeOvers = await Promise.allSettled(Array.from({ length: 10 }, () => claimed(later(MINUTE))));
  expect(takeOvers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refusal = { status: 'rejected', reason: expect.objectContaining({ code: 'OperationInProgress' }) };
  expect(takeOvers.filter(({ status }) => status === 'rejected')).toEqual(Array.from({ length: 9 }, () => refusal));
});

test('one that would take over, but has read the record before another did, does not', async () => {
  const table = storage.tables.table('answers');
  await claimed(NOW);
  const get = table.get.bind(table);
  table.get = async (...row) => {
    table.get = get;
    const read = await get(...row);
    await claimed(later(MINUTE));
    return read;
  };
  await expect(ledger.claim(NAME, later(MINUTE))).rejects.toMatchObject({ code: 'OperationInProgress' });
});

describe('a try that was thought dead and ends late', () => {
  const ends: readonly (readonly [string, (late: OperationClaim) => Promise<void>])[] = [
    ['with an answer', (late) => ledger.keep(late, { answer: { status: 200, body: { by: 'the late one' } } })],
    ['in doubt', (late) => ledger.release(late, true)],
    ['having done nothing', (late) => ledger.release(late, false)],
  ];

  test.each(ends)('%s leaves the operation to the one that has taken over', async (_how, end) => {
    const late = await claimed(NOW);
    const current = await claimed(later(MINUTE));
    await end(late);
    await expect(ledger.claim(NAME, later(MINUTE + 1))).rejects.toMatchObject({ code: 'OperationInProgress' });
    await ledger.keep(current, { answer: OK });
    expect(await ledger.claim(NAME, later(MINUTE + 2))).toEqual({ answer: OK });
  });
});

describe('when others keep changing the record', () => {
  /** Every claim finds a record that is gone again when it is read. */
  function contendedRig() {
    const it = rig();
    it.storage.tables.table('answers').insert = async () => undefined;
    return it;
  }
  const body = { from: '+18005550100' };

  test('the caller may repeat the request in a few seconds', async () => {
    const answer = await contendedRig().http(greeting(), { body, headers: { 'idempotency-key': 'order-1' } });
    expect(answer).toMatchObject({
      ...{ status: 503, body: { error: { code: 'StorageContention' } } },
      headers: { 'x-ms-error-code': 'StorageContention', 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
    });
  });

  test('a message is delivered again', async () => {
    const it = contendedRig();
    const message = { id: 'order-1', params: { name: 'Anna' }, body };
    await expect(it.deliver(greeting(), message)).rejects.toThrow(/tried again/);
    expect(it.storage.sent).toEqual([]);
  });
});
