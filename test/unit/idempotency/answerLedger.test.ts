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

describe('records that are stored beside others', () => {
  const names = Array.from({ length: 24 }, (_, index) => ({
    id: `${index.toString(16).padStart(8, '0')}-0d6e-5a52-9b0c-6f1f1c0f9a11`,
    fingerprint: 'f',
    record: 'shared' as const,
  }));

  /** Names of the calls that change the table. */
  function calls(): string[] {
    const table = storage.tables.table('answers');
    const made: string[] = [];
    const transact = table.transact.bind(table);
    table.insert = async (partition, rowKey, values) => {
      made.push('insert');
      return (await transact(partition, [{ kind: 'insert', rowKey, values }]))?.[0];
    };
    table.replace = async (partition, row) => {
      made.push('replace');
      return (await transact(partition, [{ kind: 'replace', ...row }]))?.[0];
    };
    table.transact = (partition, changes) => {
      made.push('transact');
      return transact(partition, changes);
    };
    return made;
  }

  test('those claimed, or ended, at the same time take one call for each partition', async () => {
    const made = calls();
    const claims = await Promise.all(names.map((name) => ledger.claim(name, NOW)));
    expect(made).toEqual(Array.from({ length: 4 }, () => 'transact'));
    await Promise.all(claims.map((claim) => 'etag' in claim && ledger.keep(claim, { answer: OK })));
    expect(made).toEqual(Array.from({ length: 8 }, () => 'transact'));
    expect(await Promise.all(names.map((name) => ledger.claim(name, later(1))))).toEqual(
      names.map(() => ({ answer: OK })),
    );
  });

  test('one that is in progress refuses its own repetition only', async () => {
    const [first, ...others] = names;
    if (!first) throw new Error('There are no names.');
    await ledger.claim(first, NOW);
    const results = await Promise.allSettled(names.map((name) => ledger.claim(name, NOW)));
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'OperationInProgress' } });
    expect(results.slice(1).map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'));
  });

  test('of two with the same name at the same time, one runs', async () => {
    const two = names.flatMap((name) => [name, { ...name, record: 'either' as const }]);
    const results = await Promise.allSettled(two.map((name) => ledger.claim(name, NOW)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(names.length);
  });

  test('what the version before has stored in a partition of its own is found, and continued there', async () => {
    const [old, running, unknown] = names.map(({ id, fingerprint }) => ({ id, fingerprint }));
    if (!old || !running || !unknown) throw new Error('There are no names.');
    const claim = await ledger.claim(old, NOW);
    if ('etag' in claim) await ledger.keep(claim, { answer: OK });
    await ledger.claim(running, NOW);
    const either = (name: typeof old) => ({ ...name, record: 'either' as const });
    expect(await ledger.claim(either(old), later(1))).toEqual({ answer: OK });
    await expect(ledger.claim(either(running), later(1))).rejects.toMatchObject({ code: 'OperationInProgress' });
    const takenOver = await ledger.claim(either(running), later(MINUTE));
    expect(takenOver).toMatchObject({ isDoubtful: true, firstSent: NOW });
    if ('etag' in takenOver) await ledger.keep(takenOver, { answer: OK });
    expect(await ledger.claim(running, later(MINUTE + 1))).toEqual({ answer: OK });
    expect(await ledger.claim(either(unknown), NOW)).toMatchObject({ isDoubtful: false });
    await expect(ledger.claim({ ...unknown, record: 'shared' }, NOW)).rejects.toMatchObject({
      code: 'OperationInProgress',
    });
  });
});
