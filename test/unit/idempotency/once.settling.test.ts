import { describe, expect, test, vi } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { tokenAt } from '../../setup/credentials.ts';
import { greeting, NOW, rig } from '../operation/fixtures.ts';

const BODY = { from: '+18005550100' };

/** An operation that fails, or succeeds, while the record of named operations can be written no more. */
function brokenRig(way: Error | object) {
  const it = rig();
  const table = it.storage.tables.table('answers');
  const operation = greeting(async () => {
    const broken = () => Promise.reject(new Error('the storage is down for anna@contoso.com'));
    Object.assign(table, { replace: broken, remove: broken });
    if (way instanceof Error) throw way;
    return way;
  });
  return {
    ...it,
    call: () => it.http(operation, { body: BODY, headers: { 'idempotency-key': 'order-1' } }),
    deliverIt: () => it.deliver(operation, { id: 'order-1', params: { name: 'Anna' }, body: BODY }),
    errors: () => it.log.filter((line) => line.startsWith('error: ')),
  };
}

const refusal = () => new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status: 404, code: 'Gone' } });
const throttled = () => new SwitchboardError('TooManyRequests', 'Slow down.', { retryAfterSeconds: 7 });
const inDoubt = () => new SwitchboardError('UpstreamInDoubt', 'Lost.', { repeatable: true });

describe('a failure that cannot be recorded', () => {
  test.each([
    [refusal, { status: 404, body: { error: { code: 'Gone', message: 'No.' } } }],
    [throttled, { status: 429, headers: { 'retry-after': '7' }, body: { error: { code: 'TooManyRequests' } } }],
    [inDoubt, { status: 504, body: { error: { code: 'UpstreamInDoubt', message: 'Lost.' } } }],
    [() => new TypeError('x is not a function'), { status: 500, body: { error: { code: 'InternalServerError' } } }],
  ])('is answered as it is: %o', async (failure, answer) => {
    expect(await brokenRig(failure()).call()).toMatchObject(answer);
  });

  test('is logged with the reason why it could not be recorded, masked, also where the caller is at fault', async () => {
    const it = brokenRig(refusal());
    const { headers } = await it.call();
    expect(it.errors()).toEqual([
      expect.stringMatching(
        /^error: greet request=\S+ Gone\n {4}at [\s\S]*\nwhile that was handled: Error\n {4}at MemoryTable\.broken/,
      ),
    ]);
    expect(it.errors()[0]).toContain(headers['x-ms-request-id']);
  });

  test('is logged with both if it is unexpected', async () => {
    const it = brokenRig(new TypeError('x is not a function'));
    await it.call();
    expect(it.errors()).toEqual([
      expect.stringMatching(
        /InternalServerError\n[\s\S]*\ncaused by TypeError\n[\s\S]*\nwhile that was handled: Error\n {4}at MemoryTable\.broken/,
      ),
    ]);
  });

  test('of a message is settled as it is', async () => {
    const throttledOne = brokenRig(throttled());
    await throttledOne.deliverIt();
    expect(throttledOne.storage.sent).toMatchObject([{ queue: 'greet', options: { delaySeconds: 7 } }]);
    await expect(brokenRig(inDoubt()).deliverIt()).rejects.toThrow(/UpstreamInDoubt$/);
  });
});

test('an answer that can be neither kept nor released is a failure, which is logged with both reasons', async () => {
  const it = brokenRig({ a: 1 });
  expect(await it.call()).toMatchObject({ status: 500 });
  expect(
    it
      .errors()
      .join()
      .match(/at MemoryTable\.broken/g)?.length,
  ).toBeGreaterThanOrEqual(2);
});

test('a failure that was recorded is logged as before', async () => {
  const it = rig();
  const operation = greeting(() => Promise.reject(refusal()));
  await it.http(operation, { body: BODY, headers: { 'idempotency-key': 'order-1' } });
  expect(it.log.filter((line) => line.startsWith('error: '))).toEqual([]);
});

describe('a user whose token ACS refuses', () => {
  const unauthorized = (more: object = {}) =>
    new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status: 401, code: 'Unauthorized' }, ...more });

  /** Whether a record is left of a user's call that ends so. */
  async function leavesRecord(error: SwitchboardError): Promise<boolean> {
    const it = rig();
    const operation = greeting(() => Promise.reject(error), { actsAsUser: true });
    const headers = { authorization: `Bearer ${tokenAt(NOW)}`, 'idempotency-key': 'order-1' };
    expect(await it.http(operation, { key: null, body: BODY, headers })).toMatchObject({ status: error.status });
    for await (const _ of it.storage.tables.table('answers').older(new Date(8.64e15))) return true;
    return false;
  }

  test('leaves no record: anyone can make up tokens', async () => {
    expect(await leavesRecord(unauthorized())).toBe(false);
  });

  test('leaves one where an earlier try may have taken effect', async () => {
    expect(await leavesRecord(unauthorized({ isDoubtful: true }))).toBe(true);
  });

  test('leaves one where ACS knows the user', async () => {
    expect(await leavesRecord(refusal())).toBe(true);
  });

  test('is not given a row at all, not even for a moment', async () => {
    const it = rig({ acs: () => Promise.reject(unauthorized()) });
    const insert = vi.spyOn(it.storage.tables.table('answers'), 'insert');
    const run = vi.fn(async () => ({}));
    const headers = { authorization: `Bearer ${tokenAt(NOW)}`, 'idempotency-key': 'order-1' };
    const operation = greeting(run, { actsAsUser: true });
    expect(await it.http(operation, { key: null, body: BODY, headers })).toMatchObject({ status: 401 });
    expect(insert).not.toHaveBeenCalled();
    expect(run).not.toHaveBeenCalled();
    const { 'idempotency-key': _, ...unnamed } = headers;
    expect(await it.http(operation, { key: null, body: BODY, headers: unnamed })).toMatchObject({ status: 200 });
    expect(it.sent).toHaveLength(1); // without a name, the operation itself shows the token to ACS
  });

  test.each([401, 403])('or whom it forbids something leaves no record: %i', async (status) => {
    const error = new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status, code: 'No' } });
    expect(await leavesRecord(error)).toBe(false);
  });
});

test('a client that may not act as a user leaves no record, and is served once it may', async () => {
  const it = rig();
  const run = vi.fn(async () => ({}));
  run.mockRejectedValueOnce(new SwitchboardError('Forbidden', 'Not yet.'));
  const operation = greeting(run);
  const call = () => it.http(operation, { body: BODY, headers: { 'idempotency-key': 'order-1' } });
  expect(await call()).toMatchObject({ status: 403 });
  expect(await call()).toMatchObject({ status: 200 });
});
