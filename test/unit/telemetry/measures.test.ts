import { afterEach, describe, expect, test } from 'vitest';
import * as measures from '../../../shared/telemetry/measures.ts';
import { useTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { memoryTelemetry } from './fixtures.ts';

afterEach(() => useTelemetry(undefined));

/** What is told of what was measured: points by metric. */
async function told(measureAll: () => void) {
  const { telemetry, metrics } = memoryTelemetry();
  useTelemetry(telemetry);
  measureAll();
  await telemetry.close();
  return Object.fromEntries(
    metrics().map(({ descriptor: { name, unit }, dataPoints }) => [
      name,
      dataPoints.map(({ attributes, value }) => ({ unit, attributes, value: sumOf(value) })),
    ]),
  );
}

const sumOf = (value: unknown) => (typeof value === 'number' ? value : Reflect.get(Object(value), 'sum'));

describe('operations', () => {
  test.each([
    [202, 'succeeded'],
    [429, 'throttled'],
    [400, 'refused'],
    [401, 'refused'],
    [502, 'failed'],
  ])('that ended with %i have %s', async (status, outcome) => {
    const metrics = await told(() => measures.operationEnded('sendSms', status));
    expect(metrics).toEqual({
      'switchboard.operations': [
        { unit: '{operation}', value: 1, attributes: { operation: 'sendSms', outcome, status } },
      ],
    });
  });
});

test('requests to ACS are measured, and those that it throttles are counted too', async () => {
  const request = { service: 'sms', method: 'POST', route: '/sms', milliseconds: 7 } as const;
  const metrics = await told(() => {
    measures.upstreamAnswered({ ...request, status: 202 });
    measures.upstreamAnswered({ ...request, status: 429 });
    measures.upstreamAnswered({ ...request, status: undefined });
  });
  const common = { service: 'sms', method: 'POST', route: '/sms' };
  expect(metrics).toEqual({
    'switchboard.upstream.duration': [202, 429, 'none'].map((status) => ({
      ...{ unit: 'ms', value: 7, attributes: { ...common, status } },
    })),
    'switchboard.upstream.throttled': [{ unit: '{request}', value: 1, attributes: { service: 'sms' } }],
  });
});

test.each([
  ['sms-chunks', 'sms'],
  ['send-sms', 'sms'],
  ['send-email', 'email'],
  ['send-chat-message', 'chat'],
  ['issue-access-token', 'identity'],
])('work that goes back to %s is of the kind %s', async (queue, kind) => {
  const metrics = await told(() => measures.workPutBack(queue, 12));
  expect(metrics).toEqual({ 'switchboard.paced.delay': [{ unit: 's', value: 12, attributes: { kind, queue } }] });
});

test('recipients count by the state that they come into, not by the one that they leave', async () => {
  const metrics = await told(() => {
    measures.recipientsCounted({ accepted: 98, failed: 2, inDoubt: 0 });
    measures.recipientsCounted({ accepted: 1, failed: -2, inDoubt: 1 });
  });
  const point = (state: string, value: number) => ({ unit: '{recipient}', value, attributes: { state } });
  expect(metrics).toEqual({
    'switchboard.batch.recipients': [point('accepted', 99), point('failed', 2), point('inDoubt', 1)],
  });
});

test('status reads are counted, and the share of the budget that is used up is told', async () => {
  const metrics = await told(() => {
    measures.statusReadsTaken({ kind: 'custom', granted: 3, refused: 0, usedShare: 0.25 });
    measures.statusReadsTaken({ kind: 'custom', granted: 1, refused: 4, usedShare: 0.5 });
  });
  expect(metrics).toEqual({
    'switchboard.email.status_reads': [
      { unit: '{read}', value: 4, attributes: { kind: 'custom', result: 'granted' } },
      { unit: '{read}', value: 4, attributes: { kind: 'custom', result: 'refused' } },
    ],
    'switchboard.email.read_budget_used': [{ unit: '1', value: 0.5, attributes: { kind: 'custom' } }],
  });
});

test('the last look at the oldest chunk counts', async () => {
  const metrics = await told(() => {
    measures.oldestUnsentChunk(90);
    measures.oldestUnsentChunk(0);
  });
  const name = 'switchboard.batch.oldest_unsent_chunk_seconds';
  expect(metrics).toEqual({ [name]: [{ unit: 's', value: 0, attributes: {} }] });
});

test('nothing is measured while telemetry is off', () => {
  expect(() => measures.operationEnded('sendSms', 202)).not.toThrow();
});
