import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser, IDENTITIES, participant, type Rig, startRig, THREADS, threadPath, type User } from './harness.ts';

const MESSAGES = 230;

let rig: Rig;
let owner: User;
let threadId: string;

beforeAll(async () => {
  rig = await startRig();
  owner = await createUser(rig);
  const created = await Promise.all(Array.from({ length: 30 }, () => rig.call('POST', IDENTITIES)));
  const participants = created.map(({ body }) => participant(body.identity.id));
  const body = { topic: 'T', participants };
  threadId = (await rig.call('POST', THREADS, { token: owner.token, body })).body.chatThread.id;
  for (let number = 0; number < MESSAGES; number += 1) await sendMessage();
  for (let number = 0; number < 20; number += 1) {
    await rig.call('POST', THREADS, { token: owner.token, body: { topic: `T${number}` } });
  }
});

afterAll(() => rig.close());

function sendMessage() {
  return rig.call('POST', threadPath(threadId, '/messages'), { token: owner.token, body: { content: 'x' } });
}

/** Follows all links; `between` runs after each page. */
async function pages(path: string, between: () => Promise<unknown> = async () => undefined) {
  const all = [];
  for (let next: string | undefined = path; next !== undefined; await between()) {
    const { status, body } = await rig.call('GET', next, { token: owner.token });
    expect(status).toBe(200);
    all.push(body.value);
    next = body.nextLink;
  }
  return all;
}

const LISTS: readonly [name: string, path: () => string, total: () => number][] = [
  ['messages', () => threadPath(threadId, '/messages'), () => MESSAGES + 2],
  ['participants', () => threadPath(threadId, '/participants'), () => 31],
  ['threads', () => THREADS, () => 21],
];

describe.each(LISTS)('%s', (_name, path, total) => {
  test('all pages together contain every item once', async () => {
    const whole = (await pages(path())).flat();
    expect(whole).toHaveLength(total());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (size) => {
        const paged = await pages(`${path()}&maxPageSize=${size}`);
        expect(paged.flat()).toEqual(whole);
        expect(paged).toHaveLength(Math.ceil(total() / Math.min(size, 200)));
      }),
      { numRuns: 10, examples: [[21], [31], [116]] },
    );
  });

  test.each(['0', '-1', 'ten', '1.5'])('rejects maxPageSize %s', async (size) => {
    const { status } = await rig.call('GET', `${path()}&maxPageSize=${size}`, { token: owner.token });
    expect(status).toBe(400);
  });
});

test('a page has at most 200 messages, newest first', async () => {
  const [first, second] = await pages(threadPath(threadId, '/messages'));
  expect(first).toHaveLength(200);
  expect(first[0].sequenceId).toBe(String(MESSAGES + 2));
  expect(second.at(-1).sequenceId).toBe('1');
});

test('the link is absolute and keeps the parameters', async () => {
  const path = `${threadPath(threadId, '/messages')}&maxPageSize=10&startTime=2026-01-01T00:00:00Z`;
  const { body } = await rig.call('GET', path, { token: owner.token });
  const link = new URL(body.nextLink);
  expect(link.origin).toBe(rig.emulator.url);
  expect(Object.fromEntries(link.searchParams)).toEqual({
    syncState: expect.any(String),
    maxPageSize: '10',
    startTime: '2026-01-01T00:00:00Z',
    'api-version': '2025-03-15',
  });
});

test('items that arrive between two pages do not shift them', async () => {
  const before = (await pages(threadPath(threadId, '/messages'))).flat();
  const paged = await pages(threadPath(threadId, '/messages?maxPageSize=50'), sendMessage);
  expect(paged.flat()).toEqual(before);
});

test('startTime excludes older items', async () => {
  rig.clock.advance(60_000);
  const { body: sent } = await sendMessage();
  const since = encodeURIComponent(rig.clock.now().toISOString());
  const [page] = await pages(`${threadPath(threadId, '/messages')}&startTime=${since}`);
  expect(page.map(({ id }: { id: string }) => id)).toEqual([sent.id]);
});
