import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { derivedIds } from '../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { greeting, NOW, rig } from './fixtures.ts';

const MESSAGE = { id: 'm1', client: 'shop', params: { name: 'Anna' }, body: { from: '+18005550100' } };

const failing = (error: unknown) =>
  greeting(async () => {
    throw error;
  });

const failed = (code: string, httpstatus: number, subject = 'm1') => ({
  ...{ type: 'switchboard.greet.failed', subject, httpstatus, data: { error: expect.objectContaining({ code }) } },
});

describe('a message that can never succeed', () => {
  test.each<[string, unknown, string, number]>([
    ['is text', 'hello', 'InvalidJson', 400],
    ['is a number', 42, 'InvalidJson', 400],
    ['is an array', [1], 'InvalidJson', 400],
    ['is null', null, 'InvalidJson', 400],
    ['has a wrong shape', { ...MESSAGE, bdoy: {} }, 'InvalidRequest', 400],
    ['has two bodies', { ...MESSAGE, bodyBlob: 'x' }, 'InvalidRequest', 400],
    ['has a wrong body', { ...MESSAGE, body: {} }, 'InvalidRequest', 400],
    ['has a wrong parameter', { ...MESSAGE, params: {} }, 'InvalidRequest', 400],
    ['names an unknown client', { ...MESSAGE, client: 'nobody' }, 'Denied', 401],
    ['asks for what its client may not do', { ...MESSAGE, client: 'desk', body: { from: 'X' } }, 'Forbidden', 403],
  ])('because it %s is told as failed and kept', async (_, message, code, status) => {
    const { deliver, storage } = rig();
    await deliver(greeting(), message);
    const subject = typeof message === 'object' && message && 'id' in message ? 'm1' : 'queue-id';
    expect(storage.messages('outcomes')).toMatchObject([failed(code, status, subject)]);
    const kept = storage.sent.filter(({ queue }) => queue === 'greet-poison').map(({ text }) => text);
    expect(kept).toEqual([typeof message === 'string' ? message : JSON.stringify(message)]);
  });

  test('answers where it asks for it, as far as that can be read', async () => {
    const { deliver, storage } = rig();
    await deliver(greeting(), { replyTo: 'answers', wrong: true });
    await deliver(greeting(), { replyTo: 'No Queue!' });
    await deliver(greeting(), { replyTo: 5 });
    expect(storage.sent.map(({ queue }) => queue)).toEqual([
      ...['answers', 'greet-poison', 'outcomes', 'greet-poison', 'outcomes', 'greet-poison'],
    ]);
  });

  test.each(['id', 'client'])('because its %s is endless is told all the same', async (member) => {
    const { deliver, storage } = rig();
    await deliver(greeting(), { ...MESSAGE, [member]: 'x'.repeat(48_950) });
    expect(storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.greet.failed' }]);
    expect(storage.messages('greet-poison')).toHaveLength(1);
  });
});

describe('429', () => {
  const throttled = (retryAfterSeconds: number) =>
    failing(new SwitchboardError('TooManyRequests', 'Slow down.', { retryAfterSeconds }));

  test('puts the message back with ACS’s delay and its id, and tells nobody', async () => {
    const { deliver, storage } = rig();
    await deliver(throttled(30), MESSAGE, { dequeueCount: 5 });
    expect(storage.sent).toEqual([{ queue: 'greet', text: expect.any(String), options: { delaySeconds: 30 } }]);
    expect(storage.messages('greet')).toEqual([MESSAGE]);
  });

  test('gives the queue’s id to a message without one, so that its repetition has the same ids', async () => {
    const { deliver, storage } = rig();
    const { id: _, ...nameless } = MESSAGE;
    await deliver(throttled(30), nameless);
    expect(storage.messages('greet')).toEqual([{ ...nameless, id: 'queue-id' }]);
  });

  test('waits a week at most', async () => {
    const { deliver, storage } = rig();
    await deliver(throttled(10_000_000), MESSAGE);
    expect(storage.sent[0]?.options).toEqual({ delaySeconds: 604_800 });
  });
});

describe('a failure that may pass', () => {
  const unavailable = () => new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable (503).');

  test.each([1, 2, 3, 4])('is left to the host at try %i, and nothing is told', async (dequeueCount) => {
    const { deliver, storage } = rig();
    const delivery = deliver(failing(unavailable()), MESSAGE, { dequeueCount });
    await expect(delivery).rejects.toThrow(
      `greet will be tried again (try ${dequeueCount} of 5 failed): UpstreamUnavailable`,
    );
    expect(storage.sent).toEqual([]);
  });

  test('is told at the fifth', async () => {
    const { deliver, storage } = rig();
    await deliver(failing(unavailable()), MESSAGE, { dequeueCount: 5 });
    expect(storage.messages('outcomes')).toMatchObject([failed('UpstreamUnavailable', 502)]);
    expect(storage.messages('greet-poison')).toEqual([MESSAGE]);
  });

  test('includes what nobody foresaw, and masks its text', async () => {
    const { deliver } = rig();
    await expect(deliver(failing(new TypeError('secret')), MESSAGE)).rejects.toThrow(/^(?!.*secret)/s);
  });

  test('includes a lost answer, where ACS recognises the repetition', async () => {
    const inDoubt = (repeatable: boolean) => failing(new SwitchboardError('UpstreamInDoubt', 'x', { repeatable }));
    await expect(rig().deliver(inDoubt(true), MESSAGE)).rejects.toThrow();
    const { deliver, storage } = rig();
    await deliver(inDoubt(false), MESSAGE);
    expect(storage.messages('outcomes')).toMatchObject([failed('UpstreamInDoubt', 504)]);
  });
});

test('a message that was tried more than five times is not run again', async () => {
  let runs = 0;
  const operation = greeting(async () => {
    runs += 1;
    return {};
  });
  const { deliver, storage } = rig();
  await deliver(operation, MESSAGE, { dequeueCount: 5 });
  await deliver(operation, MESSAGE, { dequeueCount: 6 });
  expect(runs).toBe(1);
  expect(storage.messages('outcomes').slice(1)).toMatchObject([failed('InternalServerError', 500)]);
  expect(storage.messages('greet-poison')).toEqual([MESSAGE]);
});

test('what storage cannot take is delivered again', async () => {
  const { deliver, storage } = rig();
  Object.assign(storage.queues, {
    send: async () => {
      throw new Error('storage is down');
    },
  });
  await expect(deliver(greeting(), MESSAGE)).rejects.toThrow('storage is down');
});

test('a repetition after a lost answer has the ids and the first sending of the first try', async () => {
  const seen: unknown[] = [];
  const operation = greeting(async (_, { ids }) => {
    seen.push([ids.uuid('x'), ids.firstSent]);
    if (seen.length === 1) throw new SwitchboardError('UpstreamInDoubt', 'x', { repeatable: true });
    return {};
  });
  const { deliver, clock, storage } = rig();
  await expect(deliver(operation, MESSAGE)).rejects.toThrow();
  clock.date = new Date(NOW.getTime() + 60_000);
  await deliver(operation, MESSAGE, { dequeueCount: 2 });
  const first = [derivedIds(TEST_SECRET, ['client', 'shop', 'queue', 'greet', 'm1'], NOW).uuid('x'), NOW];
  expect(seen).toEqual([first, first]);
  expect(storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.greet.succeeded' }]);
});
