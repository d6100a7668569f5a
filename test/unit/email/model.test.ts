import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EmailDeliveryState } from '../../../shared/contract/acsEvent.ts';
import type { Fate } from '../../setup/steppedWorld.ts';
import { MOODS, type Mood, type Truth } from './world.acs.ts';
import { READS_PER_HOUR, World } from './world.ts';

/** Another seed or more runs: `MODEL_SEED=… MODEL_RUNS=… vitest …`. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_115);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 150);

const DAY_MILLISECONDS = 86_400_000;

const report = (...statuses: EmailDeliveryState[]) =>
  fc.record({
    recipient: fc.constantFrom('anna@contoso.com', 'ben@contoso.com'),
    status: fc.constantFrom(...statuses),
  });
const someReports = (...statuses: EmailDeliveryState[]) =>
  fc.uniqueArray(report(...statuses), { selector: ({ recipient }) => recipient, maxLength: 2 });

const times = { endsAfterSeconds: fc.constantFrom(0, 20, 400, 8000), absentSeconds: fc.constantFrom(0, 0, 90, 500) };
const truth: fc.Arbitrary<Truth> = fc.oneof(
  fc.record({
    ...{ ...times, end: fc.constant('Succeeded' as const) },
    reports: someReports('Delivered', 'Bounced', 'Suppressed', 'Quarantined', 'Failed'),
  }),
  fc.record({ ...times, end: fc.constant('Failed' as const), reports: someReports('Suppressed', 'Failed') }),
  fc.record({ ...times, end: fc.constant('stuck' as const), reports: fc.constant([]) }),
);

type Command =
  | { readonly do: 'serve' | 'report' | 'die'; readonly which: number }
  | { readonly do: 'step'; readonly which: number; readonly fate: Fate; readonly mood: Mood }
  | { readonly do: 'run'; readonly which: number; readonly mood: Mood }
  | { readonly do: 'poll' }
  | { readonly do: 'wait'; readonly seconds: number };

const which = fc.nat(4);
const mood = fc.oneof({ weight: 2, arbitrary: fc.constant<Mood>('answers') }, fc.constantFrom(...MOODS));
const fate = fc.constantFrom<Fate>('works', 'works', 'works', 'works', 'fails', 'lost', 'hidden');
const seconds = fc.constantFrom(1, 30, 61, 62, 310, 3700, 30_000, 90_000);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('serve' as const, 'report' as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('step' as const), which, fate, mood }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('run' as const), which, mood }) },
  { weight: 2, arbitrary: fc.constant({ do: 'poll' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), which }) },
);

const MAXIMUM_RUNNING = 4;

async function obey(world: World, it: Command): Promise<void> {
  if (it.do === 'wait') return world.wait(it.seconds);
  if (it.do === 'die') return world.die(it.which);
  if (it.do === 'report') return world.report(it.which);
  if (it.do === 'step') return world.step(it.which, it.fate, it.mood);
  if (it.do === 'run') return world.runToEnd(it.which, [it.mood]);
  if (world.running.length >= MAXIMUM_RUNNING) return;
  if (it.do === 'poll') return world.poll();
  return world.serve(it.which);
}

const LONGEST_WAIT_SECONDS = 1200;

/** No more crashes: every request is answered, ACS sends its reports (often), and the timer runs for more than a day. */
async function comeToRest(world: World): Promise<void> {
  world.say('no more trouble');
  await world.runAllToEnd();
  const end = world.now + 1.3 * DAY_MILLISECONDS;
  for (let wait = 40; world.now < end; wait = Math.min(wait * 2, LONGEST_WAIT_SECONDS)) {
    for (let open = world.wanted.length; open > 0; open -= 1) {
      await world.serve(0);
      await world.runAllToEnd();
    }
    await world.poll();
    await world.runAllToEnd();
    const isLate = wait === LONGEST_WAIT_SECONDS && world.wanted.length === 0;
    for (const index of isLate ? world.ids.keys() : []) world.report(index);
    world.wait(wait);
  }
}

async function assertTrue(world: World, truths: readonly Truth[]): Promise<void> {
  expect(world.acs.busiestHour(), 'status reads in an hour').toBeLessThanOrEqual(READS_PER_HOUR);
  const ids = world.emitted.map(({ id }) => id);
  if (!world.hasTrouble) expect(new Set(ids).size, 'emitted once').toBe(ids.length);
  for (const [index, id] of world.ids.entries()) await assertEmail(world, id, truths[index]);
}

const byText = (one: string, other: string) => one.localeCompare(other);

async function assertEmail(world: World, id: string, truth: Truth | undefined): Promise<void> {
  const email = await world.observer.emails.get(id);
  if (!world.acs.taken.has(id)) {
    expect(email?.state ?? 'none', 'of an email that ACS never received').toBeOneOf(['none', 'Unknown']);
    return;
  }
  const end = truth?.end === 'stuck' ? 'Unknown' : truth?.end;
  expect(email?.state).toBe(end);
  expect(email?.pending).toEqual([]);
  const deliveries = Object.entries(email?.deliveries ?? {}).map(([recipient, { status }]) => ({ recipient, status }));
  expect(new Set(deliveries)).toEqual(new Set(truth?.end === 'stuck' ? [] : truth?.reports));
  const events = new Map(world.emitted.filter(({ subject }) => subject === id).map((it) => [it.id, it.type]));
  const results = [...events.values()].map((type) => type.slice('switchboard.sendEmail.'.length));
  const ended = { Succeeded: 'succeeded', Failed: 'failed', stuck: 'unknown' }[truth?.end ?? 'stuck'];
  const delivered = deliveries.map(({ status }) => (status === 'Delivered' ? 'delivered' : 'undelivered'));
  // Without a successful poll for a day, the status was unknown at first.
  const expected = results.includes('unknown') && ended !== 'unknown' ? [ended, 'unknown'] : [ended];
  expect(results.toSorted(byText)).toEqual([...expected, ...delivered].toSorted(byText));
}

test('after any crashes and failures, each email has its status at ACS, outcomes are emitted once, and the quota is kept', async () => {
  const script = fc.array(command, { maxLength: 50, size: 'max' });
  const truths = fc.array(truth, { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(truths, script, async (fates, commands) => {
    const world = new World(fates);
    try {
      for (const it of commands) await obey(world, it);
      await comeToRest(world);
      await assertTrue(world, fates);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${world.trace.slice(0, 150).join('\n')}`, {
        cause: error,
      });
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
}, 300_000);
