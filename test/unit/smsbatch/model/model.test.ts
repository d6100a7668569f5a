import * as fc from 'fast-check';
import { test } from 'vitest';
import { type Command, type CommandOptions, commands, mood, obey } from './commands.ts';
import { type Mood, REFUSED } from './fakeAcs.ts';
import { assertAlways, assertAtRest } from './invariants.ts';
import { comeToRest, QUIET } from './settle.ts';
import { World } from './world.ts';

/** Another seed or more runs: `MODEL_SEED=… MODEL_RUNS=… vitest …`. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_115);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 150);

interface Setting {
  readonly recipients: number;
  readonly refused: number | null;
  readonly ratePerMinute: number;
  readonly hasOwnTexts: boolean;
  readonly submitCalls: number;
  readonly callersGiveUp: boolean;
  /** How ACS answers requests once nothing dies any more. */
  readonly lastMoods: readonly Mood[];
  /** Whether delivery reports of all messages arrive finally. */
  readonly lastReports: boolean;
}

const setting: fc.Arbitrary<Setting> = fc.record({
  recipients: fc.integer({ min: 1, max: 8 }),
  refused: fc.option(fc.nat(7), { freq: 3 }),
  ratePerMinute: fc.constantFrom(2, 3, 30),
  hasOwnTexts: fc.boolean(),
  submitCalls: fc.constantFrom(100, 100, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  callersGiveUp: fc.boolean(),
  lastMoods: fc.array(mood, { maxLength: 8 }),
  lastReports: fc.boolean(),
});

function worldOf({ recipients, refused, ratePerMinute, hasOwnTexts, callersGiveUp }: Setting): World {
  const numbers = Array.from(
    { length: recipients },
    (_, index) => `+1425555${index === refused ? `1${REFUSED}` : String(100 + index).padStart(4, '0')}`,
  );
  if (!hasOwnTexts) return new World({ message: 'Hello', recipients: numbers }, numbers, ratePerMinute, callersGiveUp);
  const csv = ['to,name', ...numbers.map((to, index) => `${to},${'AB'[index % 2]}`)].join('\n');
  return new World({ message: 'Hello {{name}}', csv }, numbers, ratePerMinute, callersGiveUp);
}

async function play(
  world: World,
  { submitCalls, lastMoods, lastReports }: Setting,
  script: readonly Command[],
): Promise<void> {
  await world.call('submit');
  for (let call = 0; call < submitCalls && world.running.length > 0; call += 1)
    await world.step(0, 'works', 'takes it');
  for (const command of script) {
    if (command.do === 'rest') await comeToRest(world);
    else await obey(world, command);
    await assertAlways(world);
  }
  await comeToRest(world, [...lastMoods]);
  await assertAtRest(world);
  if (!lastReports) return;
  world.reports.makeAll(true);
  await comeToRest(world);
  await assertAtRest(world);
}

const QUIET_LINES = 40;

/** The trace of all trouble, and the beginning of what followed. */
function story({ trace, id }: World): string {
  const quiet = trace.findLastIndex((line) => line.endsWith(QUIET));
  const shown = quiet < 0 ? trace : trace.slice(0, quiet + QUIET_LINES);
  return shown.map((line) => line.replaceAll(id, '…')).join('\n');
}

async function check(options: CommandOptions): Promise<void> {
  const property = fc.asyncProperty(setting, commands(options), async (it, script) => {
    const world = worldOf(it);
    try {
      await play(world, it, script);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${story(world)}`, { cause: error });
    }
  });
  await fc.assert(property, {
    seed: SEED,
    numRuns: RUNS,
    interruptAfterTimeLimit: 60_000,
    markInterruptAsFailure: true,
  });
}

test(
  'every recipient gets the message once and all counters are correct, whatever dies or fails',
  () => check({ also: [] }),
  120_000,
);
test('the same with batches that are canceled', () => check({ also: ['cancel'] }), 120_000);
test('the same with batches that are redriven', () => check({ also: ['rest', 'redrive'] }), 120_000);
test('the same with recipients who opt out and in again', () => check({ also: ['STOP', 'START'] }), 120_000);
test('the same with delivery reports in any order', () => check({ also: ['report', 'report all', 'rest'] }), 120_000);
test('the same with messages that end on the poison queue', () => check({ also: ['poison'] }), 120_000);
test(
  'everything at once; a redrive of messages in doubt may send twice',
  () =>
    check({
      also: ['rest', 'cancel', 'redrive', 'redrive in doubt', 'poison', 'STOP', 'START', 'report', 'report all'],
    }),
  120_000,
);
