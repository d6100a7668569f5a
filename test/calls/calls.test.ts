import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { OPERATION_NAMES } from '../../shared/contract/operationNames.ts';
import { operations } from '../../shared/operation/definition.ts';
import type { Calls } from './callCounter.ts';
import { type CountedApp, startCountedApp } from './countedApp.ts';
import { CALLS } from './operationCalls.ts';
import {
  BATCH_SCENARIOS,
  EVENT_SCENARIOS,
  isWarmedUp,
  MESSAGE_SCENARIOS,
  passTime,
  type Scenarios,
  TIMER_SCENARIOS,
} from './pathScenarios.ts';

// Counts every HTTP request to storage and ACS, one call of the app at a time. The numbers are those of an instance that has
// served the same kind of call before, but not within the last seconds. calls.json has them; `npm test -- <this file> -u`
// writes it, and `npm run generate` makes the tables of shared/storage/README.md from it.

/** The kinds of limits that the Azure templates set, too high to be reached. */
const LIMITS = {
  ...{ requestsPerMinute: 1e6, smsPerMinute: 1e6, smsPerDay: 1e6, emailsPerMinute: 1e6, emailsPerDay: 1e6 },
  ...{ batchRecipients: 1e5, perRecipientPerDay: 100 },
};

/** Longer than what is read from storage is kept in memory, and short enough that a chunk is not late. */
const PAUSE_MILLISECONDS = 1500;

let app: CountedApp;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-15T08:30:00Z') });
  app = await startCountedApp({
    AUDIT_RETENTION_DAYS: '365',
    DEFAULT_LIMITS: JSON.stringify(LIMITS),
    SMS_RATES_PER_MINUTE: JSON.stringify({ tollFree: 1e9 }),
    EMAIL_LIMITS: JSON.stringify({
      custom: { sendsPerMinute: 1e6, sendsPerHour: 1e6, readsPerMinute: 1e6, readsPerHour: 1e6 },
    }),
  });
  // Creates what all operations share.
  await app.request({ method: 'POST', target: '/identities', body: {}, key: randomUUID() });
  await app.deliver('createIdentityFromQueue', { client: 'everything', body: {} });
  return async () => {
    await app.stop();
    vi.useRealTimers();
  };
});

const measured: Record<string, Record<string, unknown>> = {};

async function countWarm(prepare: () => Promise<() => Promise<unknown>>, isWarm = false): Promise<Calls> {
  const countOnce = async () => {
    const run = await prepare();
    passTime(PAUSE_MILLISECONDS);
    return app.count(run);
  };
  if (!isWarm) await countOnce();
  const calls = await countOnce();
  expect(calls.create).toBeUndefined();
  return calls;
}

/** The triggers of an operation. */
function triggersOf(name: keyof typeof CALLS) {
  const operation = operations.find((it) => it.name === name);
  if (!operation) throw new Error(`There is no operation ${name}.`);
  const { http, queue } = operation;
  const overHttp = (withKey: boolean) => async () => {
    const { params = {}, query, body } = await CALLS[name](app);
    const path = http.route.replaceAll(/\{(\w+)\}/g, (_, it: string) => encodeURIComponent(params[it] ?? ''));
    const target = `/${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
    return () => app.request({ method: http.method, target, body, key: withKey ? randomUUID() : undefined });
  };
  const byQueue = async () => {
    const { params, query, body } = await CALLS[name](app);
    const message = { id: randomUUID(), client: 'everything', params: { ...params, ...query }, body };
    return () => app.deliver(`${name}FromQueue`, message);
  };
  const isChange = http.method !== 'GET' && operation.isQuery !== true;
  return { overHttp: overHttp(false), ...(isChange && { withKey: overHttp(true) }), ...(queue && { byQueue }) };
}

test.each(OPERATION_NAMES)('operation %s', async (name) => {
  const counted: Record<string, Calls> = {};
  for (const [trigger, prepare] of Object.entries(triggersOf(name))) {
    counted[trigger] = await countWarm(prepare, Object.keys(counted).length > 0);
  }
  measured['operations'] = { ...measured['operations'], [name]: counted };
});

describe.each([
  ['messages', MESSAGE_SCENARIOS],
  ['batches', BATCH_SCENARIOS],
  ['other', EVENT_SCENARIOS],
  ['timers', TIMER_SCENARIOS],
] as [string, Scenarios][])('%s', (group, scenarios) => {
  test.each(Object.entries(scenarios))('%s', async (name, scenario) => {
    const calls = await countWarm(() => scenario(app), isWarmedUp(name));
    measured[group] = { ...measured[group], [name]: calls };
  });
});

test('every function has run', () => {
  expect(app.counted).toEqual(new Set(app.functions.map(({ name }) => name)));
});

test('the calls are those in calls.json', async () => {
  await expect(`${JSON.stringify(measured, null, 2)}\n`).toMatchFileSnapshot('calls.json');
});
