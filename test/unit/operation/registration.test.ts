import { beforeAll, expect, test } from 'vitest';
import { type LocalFunction, readFunctions } from '../../../infra/local/functions-host/bindings.ts';
import { answerCoreRequire, Core } from '../../../infra/local/functions-host/core.ts';
import { createInvoke } from '../../../infra/local/functions-host/invocation.ts';
import type { Trigger } from '../../../shared/operation/functions.ts';
import { type LoadedFunctions, registerFunctions } from '../../../shared/operation/registration.ts';

const TRIGGERS: readonly Trigger[] = [
  { kind: 'http', name: 'greet', methods: ['GET', 'HEAD'], route: 'greetings/{name}' },
  { kind: 'queue', name: 'greetFromQueue', queue: 'greet' },
  { kind: 'timer', name: 'sweep', schedule: '*/15 * * * * *' },
];

const core = new Core(() => undefined);
const loading = Promise.withResolvers<LoadedFunctions>();
const steps: string[] = [];
let functions: readonly LocalFunction[];

/** The real library keeps the first core that it finds: the tests follow one app through its life. */
beforeAll(() => {
  answerCoreRequire(core.api);
  registerFunctions(TRIGGERS, () => {
    steps.push('load');
    return loading.promise;
  });
  functions = readFunctions(core.functions.values());
});

function invoke(name: string): Promise<unknown> {
  const log = { info: () => undefined, error: () => undefined, user: () => undefined };
  const target = functions.find((it) => it.name === name) as LocalFunction;
  return createInvoke(core, log, false)(target, { data: { json: '{}' } });
}

test('functions are registered with their triggers', () => {
  expect(functions.map(({ name, trigger }) => ({ name, ...trigger }))).toMatchObject([
    { name: 'greet', kind: 'http', methods: new Set(['GET', 'HEAD']), route: 'greetings/{name}' },
    { name: 'greetFromQueue', kind: 'queue', queueName: 'greet' },
    { name: 'sweep', kind: 'timer', schedule: '*/15 * * * * *' },
  ]);
});

test('nothing is loaded until the app starts, which does not wait for it', async () => {
  expect(steps).toEqual([]);
  await core.runAppHooks('appStart', '.');
  expect(steps).toEqual(['load']);
});

test('the first invocation waits for what is loaded, and for the start of telemetry', async () => {
  const invoked = invoke('sweep');
  steps.push('invoke');
  loading.resolve({
    handlers: new Map([['sweep', () => void steps.push('sweep')]]),
    startTelemetryIfWanted: () => void steps.push('start telemetry'),
    stopTelemetry: async () => void steps.push('stop telemetry'),
  });
  await invoked;
  expect(steps).toEqual(['load', 'invoke', 'start telemetry', 'sweep']);
});

test('the next invocation loads nothing', async () => {
  steps.length = 0;
  await invoke('sweep');
  expect(steps).toEqual(['sweep']);
});

test('a function that no declaration handles fails', async () => {
  await expect(invoke('greetFromQueue')).rejects.toThrow('There is no declaration of the function greetFromQueue.');
});

test('the end of the app stops telemetry', async () => {
  steps.length = 0;
  await core.runAppHooks('appTerminate', '.');
  expect(steps).toEqual(['stop telemetry']);
});
