import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { clearTimeout as clearNamed, setTimeout as setNamed } from 'node:timers';
import { setImmediate as immediate, setTimeout as pause, scheduler, setInterval as ticks } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../simulation/engine/faults.ts';
import { type RunResult, runPlan } from '../../simulation/engine/run.ts';
import { MAXIMUM_SKEW_MILLISECONDS, type Simulation } from '../../simulation/engine/types.ts';

const PLAN = { seed: 7, workloadHours: 1, disabledFaults: FAULT_KINDS };

/** Runs code on virtual time and returns what it returns. @throws Error if the run fails */
async function virtually<Value>(code: (simulation: Simulation) => Promise<Value>, seed = PLAN.seed): Promise<Value> {
  let value: { readonly is: Value } | undefined;
  const run = async (simulation: Simulation) => {
    value = { is: await code(simulation) };
  };
  const { failure } = await runPlan({ run }, { ...PLAN, seed });
  if (!value) throw new Error(JSON.stringify(failure));
  return value.is;
}

/** The result of a run that may fail. */
const resultOf = (code: (simulation: Simulation) => Promise<void>): Promise<RunResult> => runPlan({ run: code }, PLAN);

const HOUR = 3_600_000;

const WAYS_TO_WAIT: Readonly<Record<string, (milliseconds: number) => Promise<unknown>>> = {
  setTimeout: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  'the named import setTimeout': (milliseconds) => new Promise((resolve) => setNamed(resolve, milliseconds)),
  'timers/promises.setTimeout': (milliseconds) => pause(milliseconds),
  'scheduler.wait': (milliseconds) => scheduler.wait(milliseconds),
  setInterval: (milliseconds) =>
    new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        clearInterval(timer);
        resolve();
      }, milliseconds);
    }),
  'timers/promises.setInterval': (milliseconds) => ticks(milliseconds).next(),
  'AbortSignal.timeout': (milliseconds) =>
    new Promise((resolve) => AbortSignal.timeout(milliseconds).addEventListener('abort', resolve)),
};

describe.each(Object.entries(WAYS_TO_WAIT))('%s', (_name, wait) => {
  test('waits on virtual time', async () => {
    const realStart = performance.now();
    const [dates, ticksPassed] = await virtually(async () => {
      const [date, tick] = [Date.now(), performance.now()];
      await wait(HOUR);
      return [Date.now() - date, performance.now() - tick];
    });
    expect(dates).toBe(HOUR);
    expect(ticksPassed).toBeCloseTo(HOUR, 3);
    expect(performance.now() - realStart).toBeLessThan(HOUR);
  });

  test('never ends in a process that was killed', async () => {
    const passed = await virtually(async (simulation) => {
      const process = simulation.startProcess('host');
      let isOver = false;
      const work = process.run(async () => {
        await wait(1000);
        isOver = true;
      });
      await simulation.sleep(500);
      process.kill();
      await expect(work).rejects.toThrow('host was killed');
      await process.died;
      await simulation.sleep(HOUR);
      return isOver;
    });
    expect(passed).toBe(false);
  });
});

test('a timer that is cleared or aborted does nothing', async () => {
  const fired = await virtually(async (simulation) => {
    let count = 0;
    const add = () => {
      count += 1;
    };
    clearTimeout(setTimeout(add, 10));
    clearNamed(setNamed(add, 10));
    const once = setTimeout(add, 10);
    once.refresh().unref();
    const timer = setInterval(add, 10);
    setTimeout(() => clearInterval(timer), 35);
    const controller = new AbortController();
    const aborted = pause(10, undefined, { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    await simulation.sleep(1000);
    return count;
  });
  expect(fired).toBe(4); // once, and three times
});

test('everything that needs no event happens before the next event', async () => {
  const order = await virtually(async (simulation) => {
    const happened: string[] = [];
    setTimeout(() => happened.push('event'), 0);
    const chain = (async () => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      happened.push('promises');
    })();
    process.nextTick(() => queueMicrotask(() => happened.push('ticks')));
    await chain;
    await simulation.sleep(10);
    return happened;
  });
  expect(order).toEqual(['ticks', 'promises', 'event']);
});

test('the order of what is due at the same moment is drawn from the seed', async () => {
  const order = (seed: number) =>
    virtually(async (simulation) => {
      const happened: number[] = [];
      for (let index = 0; index < 5; index += 1) setTimeout(() => happened.push(index), 100);
      await immediate();
      await simulation.sleep(1000);
      return happened;
    }, seed);
  expect(await order(1)).toEqual(await order(1));
  const orders = new Set<string>();
  for (let seed = 0; seed < 20; seed += 1) orders.add(String(await order(seed)));
  expect(orders.size).toBeGreaterThan(10);
});

test('random numbers and ids follow from the seed', async () => {
  const draw = (seed: number) =>
    virtually(
      async () => [
        Math.random(),
        randomUUID(),
        crypto.randomUUID(),
        randomBytes(8).toString('hex'),
        randomInt(1000),
        Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
      ],
      seed,
    );
  const first = await draw(1);
  expect(await draw(1)).toEqual(first);
  expect((await draw(2)).filter((it) => first.includes(it))).toEqual([]);
  expect(new Set(first).size).toBe(first.length);
});

test('each process has its own clock, which is off by a bounded skew', async () => {
  const skews = await virtually(async (simulation) => {
    const found: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const process = simulation.startProcess('host');
      const [byDate, byNew] = await process.run(async () => [Date.now(), Date.parse(new Date().toISOString())]);
      expect([byDate, byNew]).toEqual([process.now(), process.now()]);
      found.push(process.now() - simulation.now());
    }
    return found;
  });
  expect(new Set(skews).size).toBeGreaterThan(40);
  expect(Math.max(...skews.map(Math.abs))).toBeLessThanOrEqual(MAXIMUM_SKEW_MILLISECONDS);
  expect(Math.max(...skews)).toBeGreaterThan(MAXIMUM_SKEW_MILLISECONDS / 2);
  expect(Math.min(...skews)).toBeLessThan(-MAXIMUM_SKEW_MILLISECONDS / 2);
});

test('time is real again after a run', async () => {
  const before = [setTimeout, Date, Math.random, AbortSignal.timeout, crypto.randomUUID, performance.now, randomUUID];
  await virtually(async (simulation) => simulation.sleep(10 * HOUR));
  const after = [setTimeout, Date, Math.random, AbortSignal.timeout, crypto.randomUUID, performance.now, randomUUID];
  expect(after.map((it, index) => it === before[index])).toEqual(before.map(() => true));
});

test.each([
  ['something waits for ever', () => new Promise<void>(() => undefined)],
  ['does not end within its virtual time', (simulation: Simulation) => simulation.sleep(1000 * 24 * HOUR)],
])('a run fails if %s', async (text, code) => {
  const { failure } = await resultOf(code);
  expect(failure?.invariant).toBe('the run ends');
  expect(JSON.stringify(failure?.facts)).toContain(text);
});

test('a run fails with the first violated invariant, even if the code swallows the error', async () => {
  const { failure, lastLines } = await resultOf(async (simulation) => {
    try {
      simulation.fail('no duplicates', { recipient: 1 });
    } catch {
      await simulation.sleep(HOUR);
    }
  });
  expect(failure).toEqual({ invariant: 'no duplicates', facts: { recipient: 1 } });
  expect(lastLines.at(-1)).toContain('violated: no duplicates');
});

test('a run fails if the world or a timer throws, or a rejection is not handled', async () => {
  const failures = [
    await resultOf(async () => {
      throw new Error('broken');
    }),
    await resultOf(async (simulation) => {
      setTimeout(() => {
        throw new Error('broken');
      }, 10);
      await simulation.sleep(1000);
    }),
    await resultOf(async (simulation) => {
      void Promise.reject(new Error('broken'));
      await simulation.sleep(1000);
    }),
  ].map(({ failure }) => failure);
  expect(failures.map((it) => it?.invariant)).toEqual([
    'the world ends without an error',
    'the run ends',
    'no unhandled rejection',
  ]);
  for (const failure of failures) expect(JSON.stringify(failure?.facts)).toContain('broken');
});
