import { afterEach, describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../../../shared/storage/queues.ts';
import {
  annotate,
  failSpan,
  inSpan,
  startTelemetry,
  stopTelemetry,
  traceMember,
  useTelemetry,
} from '../../../shared/telemetry/telemetry.ts';
import { messageText } from '../../../shared/telemetry/traceMessage.ts';
import { memoryTelemetry, PARENT, settingsOf, TRACE } from './fixtures.ts';

afterEach(() => useTelemetry(undefined));

const STEP = { name: 'step', kind: 'server', parent: PARENT } as const;

describe('while telemetry is off', () => {
  test('a step is nothing but what it does', async () => {
    const promise = Promise.resolve('done');
    expect(inSpan(STEP, () => promise)).toBe(promise);
    annotate({ said: 'nothing' });
    failSpan('Nothing');
    expect(traceMember()).toEqual({});
    await stopTelemetry();
  });

  test('messages are as they are', () => {
    const message = { client: 'shop', batch: '1', chunk: 0, traceparent: PARENT };
    expect(messageText(message)).toBe(JSON.stringify(message));
  });
});

describe('while it is on', () => {
  const inStep = (run: () => string) => {
    useTelemetry(memoryTelemetry().telemetry);
    return inSpan(STEP, async () => run());
  };
  const own = new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`);

  test('a message takes the trace on, in the place of the one that it came with', async () => {
    const text = await inStep(() => messageText({ id: 'm1', traceparent: PARENT }));
    expect(JSON.parse(text)).toEqual({ id: 'm1', traceparent: expect.stringMatching(own) });
    expect(text).not.toContain(PARENT);
  });

  test('a message that the trace would make too long goes without it', async () => {
    const message = { text: 'x'.repeat(MAXIMUM_QUEUE_MESSAGE_BYTES - '{"text":""}'.length) };
    expect(await inStep(() => messageText(message))).toBe(JSON.stringify(message));
  });

  test('a message outside of every step takes none on', () => {
    useTelemetry(memoryTelemetry().telemetry);
    expect(messageText({ id: 'm1' })).toBe('{"id":"m1"}');
  });
});

describe('a step that throws', () => {
  test.each([
    [new SwitchboardError('UpstreamRejected', '+14255550123', { upstream: { status: 400, code: 'Bad' } }), 'Bad'],
    [new SwitchboardError('TooManyRequests', '+14255550123'), 'TooManyRequests'],
    [new TypeError('+14255550123'), 'TypeError'],
    ['+14255550123', 'string'],
  ])('has failed, by a code and never by a message: %s', async (error, code) => {
    const { telemetry, spans } = memoryTelemetry();
    useTelemetry(telemetry);
    const run = async () => {
      throw error;
    };
    await expect(inSpan(STEP, run)).rejects.toBe(error);
    await stopTelemetry();
    expect(spans()[0]).toMatchObject({ status: { message: code }, attributes: { 'error.type': code }, events: [] });
  });
});

describe('at the start', () => {
  test('the first step waits until telemetry is loaded', async () => {
    startTelemetry(settingsOf({ OTEL_BSP_SCHEDULE_DELAY: '600000' }), () => undefined);
    const first = inSpan({ ...STEP, parent: PARENT.replace(/01$/, '00') }, async () => traceMember());
    expect(await first).toEqual({ traceparent: expect.stringContaining(TRACE) });
    useTelemetry(undefined);
  });

  test('what cannot be loaded is told, and steps go on without it', async () => {
    const warnings: string[] = [];
    const settings = settingsOf({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=no-guid' });
    startTelemetry(settings, (line) => warnings.push(line));
    expect(await inSpan(STEP, async () => 'done')).toBe('done');
    expect(warnings).toEqual([expect.stringMatching(/^Telemetry is off: /)]);
  });
});
