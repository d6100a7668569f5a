import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { cancelBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { sendChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import {
  type AcsReply,
  accepted,
  batchOf,
  CLIENT,
  clientsWith,
  FROM,
  ID,
  numbers,
  queuedChunks,
  type Rig,
  restarted,
  rig,
  send,
  split,
  statesOf,
  throwing,
} from '../fixtures.ts';

// A chunk of a fast sender is sent in several requests.

const FAST = { [FROM]: 1_000_000 };

const throttled = new SwitchboardError('TooManyRequests', 'ACS is throttling', { retryAfterSeconds: 30 });

async function fast(recipients: number): Promise<Rig> {
  const it = rig(FAST);
  await split(it, { recipients: numbers(recipients) });
  return it;
}

function countOf(states: readonly string[] | undefined, state: string): number {
  return (states ?? []).filter((it) => it === state).length;
}

test('a thousand recipients are one message, one row, and ten requests with ids of their own', async () => {
  const it = await fast(1000);
  const clientRequestIds = new Set<string>();
  const acs: Rig['context']['acs'] = (id) => {
    clientRequestIds.add(id);
    return it.context.acs(id);
  };
  expect(queuedChunks(it)).toEqual([0]);
  await sendChunk({ ...it.context, acs }, { client: CLIENT, batch: ID, chunk: 0 });
  expect(it.sent.map(({ smsRecipients }) => smsRecipients.length)).toEqual(new Array(10).fill(100));
  expect(it.sent.flatMap(({ smsRecipients }) => smsRecipients.map(({ to }) => to))).toEqual(numbers(1000));
  const ids = it.sent.flatMap(({ smsRecipients }) => smsRecipients.map((it) => it.repeatabilityRequestId));
  expect(new Set(ids).size).toBe(1000);
  expect(clientRequestIds.size).toBe(10);
  expect(await it.context.ledger.tally(ID)).toMatchObject({ accepted: 1000 });
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
});

test('the last request of the last chunk has the rest', async () => {
  const it = await fast(2345);
  await send(it, 2);
  expect(it.sent.map(({ smsRecipients }) => smsRecipients.length)).toEqual([100, 100, 100, 45]);
});

test('after a 429 no further request starts, the results are kept, and the rest is sent with the same ids', async () => {
  const it = await fast(1000);
  const all: AcsReply = ({ smsRecipients }) => smsRecipients.map(accepted);
  it.replies.push(all, all, all, throwing(throttled));
  await send(it);
  const before = await statesOf(it);
  expect(before).toMatchObject({ state: 'waiting', doubtful: false });
  expect(countOf(before.results, 'open')).toBeGreaterThanOrEqual(100);
  it.now += 31_000;
  const sentBefore = it.sent.length;
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done' });
  const idsOf = (sent: Rig['sent']) =>
    new Map(sent.flatMap(({ smsRecipients }) => smsRecipients.map((it) => [it.to, it.repeatabilityRequestId])));
  const [first, second] = [idsOf(it.sent.slice(0, sentBefore)), idsOf(it.sent.slice(sentBefore))];
  for (const [to, id] of second) if (first.has(to)) expect(first.get(to)).toBe(id);
  expect(second.size).toBe(countOf(before.results, 'open'));
});

test('after a 429 only the requests that are under way are still answered', async () => {
  const it = await personalized();
  it.replies.push(throwing(throttled));
  await send(it);
  expect(it.sent.length).toBeLessThanOrEqual(10);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: false });
});

test('a lost answer leaves only its own recipients open', async () => {
  const it = await fast(1000);
  it.replies.push(throwing(new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true })));
  await send(it);
  const { results, ...state } = await statesOf(it);
  expect(state).toMatchObject({ state: 'waiting', doubtful: true });
  expect([countOf(results, 'open'), countOf(results, 'accepted')]).toEqual([100, 900]);
});

/** A batch with more requests in its chunk than run at the same time. */
async function personalized(): Promise<Rig> {
  const it = rig(FAST);
  const csv = ['to,name', ...numbers(100).map((to, index) => `${to},${index}`)].join('\n');
  await split(it, { csv, message: 'Hello {{name}}' });
  return it;
}

/** Access to ACS whose first requests are answered after `change`. */
function answeringAfter({ context }: Rig, change: () => Promise<unknown>): Rig['context']['acs'] {
  const session = context.acs('');
  let changed: Promise<unknown> | undefined;
  return () => ({
    ...session,
    send: async (request) => {
      changed ??= change();
      await changed;
      return session.send(request);
    },
  });
}

test('a cancellation stops a chunk between two requests; the rest is canceled, not in doubt', async () => {
  const it = await personalized();
  const acs = answeringAfter(it, () => cancelBatch(it.context, CLIENT, ID));
  await sendChunk({ ...it.context, acs }, { client: CLIENT, batch: ID, chunk: 0 });
  expect(it.sent.length).toBeLessThanOrEqual(10);
  await send(it);
  const { results, state } = await statesOf(it);
  expect(state).toBe('done');
  expect(countOf(results, 'accepted')).toBe(it.sent.length);
  expect(countOf(results, 'open')).toBe(100 - it.sent.length);
});

test('a removed permission stops a chunk between two requests', async () => {
  const it = await personalized();
  let clients = clientsWith();
  const acs = answeringAfter(it, async () => {
    clients = clientsWith({ senders: ['+18005550199'] });
  });
  const context = { ...restarted(it, { ownerNamed: (name) => clients.ownerNamed(name) }), acs };
  await sendChunk(context, { client: CLIENT, batch: ID, chunk: 0 });
  expect(it.sent.length).toBeLessThanOrEqual(10);
  await sendChunk(context, { client: CLIENT, batch: ID, chunk: 0 });
  expect(await batchOf(it)).toMatchObject({ state: 'canceled', isRevoked: true });
});
