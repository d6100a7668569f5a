import { expect } from 'vitest';
import type { SmsBatchCounts, SmsBatchResult } from '../../../../shared/contract/smsBatch.ts';
import type { Batch } from '../../../../shared/smsbatch/batch.ts';
import { tallyOf } from '../../../../shared/smsbatch/ledger/chunks.ts';
import { addTally, countsOf, NOTHING } from '../../../../shared/smsbatch/ledger/counters.ts';
import { tallyOfDeliveries } from '../../../../shared/smsbatch/ledger/deliveries.ts';
import { batchResults } from '../../../../shared/smsbatch/results.ts';
import { WINDOW_MILLISECONDS } from './fakeAcs.ts';
import type { EmittedEvent, World } from './world.ts';

/** Invariants at every moment. */
export async function assertAlways(world: World): Promise<void> {
  assertOncePerRecipient(world);
  assertOptOuts(world);
  assertInWindow(world);
  expect(world.unexplained, 'errors that nothing explains').toEqual([]);
  const batch = await world.batch();
  if (!batch) return;
  let sum = NOTHING;
  for await (const { state } of world.observer.ledger.chunks(world.id, 0, batch.chunkCount)) {
    sum = addTally(sum, tallyOf(state.results));
  }
  for await (const { deliveries } of world.observer.ledger.deliveries(world.id, 0, batch.chunkCount)) {
    sum = addTally(sum, tallyOfDeliveries(deliveries));
  }
  expect(await world.observer.ledger.tally(world.id), 'counters').toEqual(sum);
}

function assertOncePerRecipient(world: World): void {
  const { acs } = world;
  const most = 1 + redrivesInDoubt(world);
  const counts = new Map<string, number>();
  for (const { to } of acs.deliveries) counts.set(to, (counts.get(to) ?? 0) + 1);
  for (const [to, count] of counts) expect(count, `${to} got it`).toBeLessThanOrEqual(most);
}

/** How many redrives of messages in doubt were requested: each may send once more. */
function redrivesInDoubt({ answered, unanswered, abandoned, running }: World): number {
  const calls = [...answered, ...unanswered, ...abandoned, ...running.map(({ errand }) => errand.call)];
  return calls.filter((it) => it === 'redrive in doubt').length;
}

/** Upper bound on the duration of all tries of a request. */
const LONGEST_REQUEST_MILLISECONDS = 10_000;

function assertInWindow({ acs }: World): void {
  for (const { begunOn, firstSent } of acs.requests) {
    const end = begunOn + LONGEST_REQUEST_MILLISECONDS;
    expect(end, 'end of a request').toBeLessThanOrEqual(firstSent + WINDOW_MILLISECONDS);
  }
}

function assertOptOuts({ acs, people }: World): void {
  for (const { begunOn, numbers } of acs.requests) {
    const out = numbers.filter((number) => people.isKnownToBeOut(number, begunOn));
    expect(out, 'sent to in spite of a STOP').toEqual([]);
  }
}

/** Invariants once nothing is left to do. */
export async function assertAtRest(world: World): Promise<void> {
  await assertAlways(world);
  const batch = await world.batch();
  if (!batch) return expect(world.acs.deliveries).toEqual([]);
  const { value: results } = await batchResults(world.observer, batch, { state: undefined, pageSize: 1000, from: 0 });
  expect(new Set(results.map(({ to }) => to)).size, 'each recipient once').toBe(batch.total);
  const counts = countsOf(batch, await world.observer.ledger.tally(world.id));
  for (const state of ['pending', 'accepted', 'failed', 'inDoubt', 'optedOut', 'canceled'] as const) {
    const found = results.filter((it) => it.state === state).length;
    expect(found, `count of ${state}`).toBe(counts[state]);
  }
  for (const result of results) assertTrue(world, result);
  assertReports(world, results, counts);
  const events = await world.events(batch);
  assertReported(
    events,
    batch,
    results.filter(({ state }) => state === 'accepted'),
  );
  assertEvents(events, batch.state, batch.redrives);
  if (batch.state === 'completed') expect(counts.pending, 'pending').toBe(0);
  expect(batch.state).toBeOneOf(['completed', 'canceled', 'failed']);
}

function assertTrue(world: World, { to, state, messageId }: SmsBatchResult): void {
  const { acs, hasTrouble, people } = world;
  const sent = acs.deliveries.filter((it) => it.to === to).map((it) => it.messageId);
  if (state === 'accepted') expect(sent, `${to} is accepted`).toContain(messageId);
  else if (state === 'inDoubt') expect(hasTrouble, 'in doubt for a reason').toBe(true);
  else if (redrivesInDoubt(world) === 0) expect(sent, `${to} is ${state}`).toEqual([]);
  if (state === 'optedOut') expect(people.hasEverOptedOut(to), `${to} has opted out`).toBe(true);
}

function assertReports(world: World, results: readonly SmsBatchResult[], counts: SmsBatchCounts): void {
  const { reports } = world;
  for (const { to, delivery } of results) expect(delivery?.status, `report of ${to}`).toBe(reports.statusOf(to));
  const count = (status: string) => results.filter(({ delivery }) => delivery?.status === status).length;
  expect({ delivered: count('Delivered'), undelivered: count('Failed') }).toEqual({
    ...{ delivered: counts.delivered, undelivered: counts.undelivered },
  });
}

/** @param accepted the recipients whom ACS has accepted */
function assertReported(events: readonly EmittedEvent[], batch: Batch, accepted: readonly SmsBatchResult[]): void {
  const isReported = accepted.length > 0 && accepted.every(({ delivery }) => delivery !== undefined);
  const isEmitted = events.some(({ event, redrives }) => event === 'reported' && redrives === batch.redrives);
  expect(isEmitted, 'reported was emitted if all reports have arrived').toBe(batch.state === 'completed' && isReported);
}

const ENDS = ['completed', 'canceled', 'failed'];

/** Acceptance and every end are emitted, whichever process dies or caller gives up, and no other end. */
function assertEvents(events: readonly EmittedEvent[], state: string, redrives: number): void {
  const emitted = events.map(({ event, redrives: occurrence }) => `${event}/${occurrence}`);
  expect(emitted).toContain('accepted/0');
  expect(emitted).toContain(`${state}/${redrives}`);
  for (let occurrence = 0; occurrence <= redrives; occurrence += 1) {
    const ends = new Set(emitted.filter((it) => ENDS.some((end) => it === `${end}/${occurrence}`)));
    expect([...ends], `the end before redrive ${occurrence + 1}`).toHaveLength(1);
  }
}
