import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../shared/contract/answer.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { greeting, KEYS, NOW, type Rig, rig } from '../operation/fixtures.ts';

const BODY = { from: '+18005550100' };
const NAMED = { 'idempotency-key': 'order-1' };
const MINUTE = 60_000;

const call = ({ http }: Rig, operation: AnyOperation, more: object = {}) =>
  http(operation, { body: BODY, headers: NAMED, ...more });

/** An operation that ends in these ways, one after the other, and counts its runs. */
function ending(...ways: (object | Error)[]) {
  const runs: Date[] = [];
  const operation = (more: Partial<AnyOperation> = {}) =>
    greeting(async (_, { ids }) => {
      runs.push(ids.firstSent);
      const way = ways[runs.length - 1] ?? { unexpected: true };
      if (way instanceof Error) throw way;
      return way;
    }, more);
  return { runs, operation };
}

const inDoubt = (repeatable: boolean) => new SwitchboardError('UpstreamInDoubt', 'Lost.', { repeatable });
const laterBy = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe('a named request', () => {
  test('is carried out once, and its answer repeated', async () => {
    const { runs, operation } = ending({ a: 1 });
    const it = rig();
    expect((await call(it, operation())).headers).not.toHaveProperty('idempotent-replayed');
    expect(await call(it, operation())).toMatchObject({
      ...{ status: 200, body: { a: 1 }, headers: { 'idempotent-replayed': 'true' } },
    });
    expect(runs).toHaveLength(1);
  });

  test('has a long answer repeated whole', async () => {
    const { operation } = ending({ text: 'é'.repeat(100_000) });
    const it = rig();
    const { body } = await call(it, operation());
    expect((await call(it, operation())).body).toEqual(body);
  });

  test('is another one for another client', async () => {
    const { runs, operation } = ending({ a: 1 }, { a: 2 });
    const it = rig();
    await call(it, operation());
    expect(await call(it, operation(), { key: KEYS.office })).toMatchObject({ body: { a: 2 } });
    expect(runs).toHaveLength(2);
  });

  test('cannot be another request', async () => {
    const { runs, operation } = ending({ a: 1 });
    const it = rig();
    await call(it, operation());
    const others = [
      { body: { from: '+18005550101' } },
      { params: { name: 'Ben' }, target: '/greetings/Ben?api-version=2024-03-15' },
      { target: '/greetings/Anna?api-version=2024-03-15&loud=yes' },
    ];
    for (const other of others) {
      expect(await call(it, operation(), other)).toMatchObject({
        ...{ status: 422, body: { error: { code: 'IdempotencyKeyReused' } } },
      });
    }
    expect(runs).toHaveLength(1);
  });

  test('is refused while it is at work', async () => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const operation = greeting(async () => {
      started.resolve();
      await gate.promise;
      return { a: 1 };
    });
    const it = rig();
    const first = call(it, operation);
    await started.promise;
    expect(await call(it, operation)).toMatchObject({
      ...{ status: 409, headers: { 'retry-after': '60' }, body: { error: { code: 'OperationInProgress' } } },
    });
    gate.resolve();
    expect(await first).toMatchObject({ body: { a: 1 } });
  });

  test('is carried out once, however many race', async () => {
    const { runs, operation } = ending({ a: 1 });
    const it = rig();
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(it, operation())));
    expect(runs).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  });
});

describe('a failure', () => {
  test('that stays the same is kept', async () => {
    const refusal = new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status: 404, code: 'Gone' } });
    const { runs, operation } = ending(refusal);
    const it = rig();
    const kept = { status: 404, body: { error: { code: 'Gone', message: 'No.' } } };
    const first = await call(it, operation());
    expect(first).toMatchObject(kept);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(await call(it, operation())).toMatchObject({ ...kept, headers: { 'idempotent-replayed': 'true' } });
    expect(runs).toHaveLength(1);
  });

  test.each(['TooManyRequests', 'UpstreamUnavailable'] as const)(
    '%s did nothing: the next one starts anew',
    async (code) => {
      const { runs, operation } = ending(new SwitchboardError(code, 'x'), { a: 1 });
      const it = rig();
      await call(it, operation());
      it.clock.date = laterBy(MINUTE);
      expect(await call(it, operation({ repeatable: 'never' }))).toMatchObject({ status: 200, body: { a: 1 } });
      expect(runs).toEqual([NOW, laterBy(MINUTE)]);
    },
  );

  test.each([
    ['a lost answer', inDoubt(true)],
    ['what nobody foresaw', new TypeError('x')],
    ['a record that others kept changing', new SwitchboardError('StorageContention', 'x')],
  ])('%s goes on as the first try', async (_, failure) => {
    const { runs, operation } = ending(failure, { a: 1 });
    const it = rig();
    await call(it, operation());
    it.clock.date = laterBy(MINUTE);
    expect(await call(it, operation())).toMatchObject({ status: 200 });
    expect(runs).toEqual([NOW, NOW]);
  });

  test('after which ACS would not know the repetition is not repeated, ever', async () => {
    const { runs, operation } = ending(inDoubt(true), { a: 1 });
    const it = rig();
    await call(it, operation());
    for (const _ of [1, 2]) {
      expect(await call(it, operation({ repeatable: 'never' }))).toMatchObject({ status: 504 });
    }
    expect(runs).toHaveLength(1);
  });
});

test('a process that died leaves its claim for a minute', async () => {
  const it = rig();
  const gate = Promise.withResolvers<object>();
  const started = Promise.withResolvers<void>();
  const dying = greeting(() => {
    started.resolve();
    return gate.promise;
  });
  const dead = call(it, dying);
  await started.promise;
  const { runs, operation } = ending({ a: 1 });
  it.clock.date = laterBy(MINUTE - 1);
  expect(await call(it, operation())).toMatchObject({ status: 409 });
  it.clock.date = laterBy(MINUTE);
  expect(await call(it, operation())).toMatchObject({ body: { a: 1 } });
  expect(runs).toEqual([NOW]);
  gate.resolve({});
  await dead;
});

test('a secret is not kept; a repetition gets a new one', async () => {
  const more = {
    secrets: {
      strip: () => ({ expiresOn: 'then' }),
      renew: async (stored: Answer) => ({ ...stored, body: { ...Object(stored.body), token: 'new' } }),
    },
  };
  const { operation } = ending({ token: 'old', expiresOn: 'then' });
  const it = rig();
  const rows: unknown[] = [];
  const table = it.storage.tables.table('answers');
  const replace = table.replace.bind(table);
  table.replace = (partitionKey, row) => {
    rows.push(row);
    return replace(partitionKey, row);
  };
  expect(await call(it, operation(more))).toMatchObject({ body: { token: 'old' } });
  expect(await call(it, operation(more))).toMatchObject({ body: { token: 'new', expiresOn: 'then' } });
  expect(JSON.stringify(rows)).toContain('then');
  expect(JSON.stringify(rows)).not.toContain('old');
});
