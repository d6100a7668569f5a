import { InvocationContext } from '@azure/functions';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { serveMessage } from '../../../shared/operation/queue.ts';
import type { DeliveryHandler } from '../../../shared/operation/queueDelivery.ts';
import { handleTraced, runTraced } from '../../../shared/operation/tracing.ts';
import type { Runtime } from '../../../shared/runtime.ts';
import { stopTelemetry, useTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { memoryTelemetry, PARENT, TRACE } from '../telemetry/fixtures.ts';
import { greeting, rig } from './fixtures.ts';

afterEach(() => useTelemetry(undefined));

const HOST_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceContext = { traceParent: `00-${HOST_TRACE}-00f067aa0ba902b7-01`, traceState: '', attributes: {} };
const triggerMetadata = { id: 'queue-id', dequeueCount: 2, insertionTime: '2026-01-15T08:29:00Z' };
const context = new InvocationContext({
  triggerMetadata,
  traceContext,
  invocationId: 'one',
  logHandler: () => undefined,
});

const MESSAGE = { id: 'anna@example.com', params: { name: 'Anna' }, body: { from: '+18005550100' } };

function take(operation: AnyOperation, message: object, runtime: Runtime): Promise<void> {
  const handler: DeliveryHandler = (...delivered) => serveMessage(operation, 'greet', ...delivered, () => runtime);
  return handleTraced('greet', 'greet', handler, message, context);
}

/** Delivers a message of the operation. Returns its outcomes, and what is on its queue afterwards. */
async function delivered(operation: AnyOperation, message: object) {
  const { runtime, storage } = rig();
  const { telemetry, spans, metrics } = memoryTelemetry();
  useTelemetry(telemetry);
  await take(operation, message, runtime).catch(() => undefined);
  await stopTelemetry();
  return {
    span: spans()[0],
    metrics: metrics().map(({ descriptor }) => descriptor.name),
    put: storage.messages('greet'),
  };
}

const throttled = greeting(async () => {
  throw new SwitchboardError('TooManyRequests', 'Slow down.', { retryAfterSeconds: 30 });
});

describe('a message', () => {
  test('goes on with its own trace, and is linked with the host’s', async () => {
    const { span } = await delivered(greeting(), { ...MESSAGE, traceparent: PARENT });
    expect(span).toMatchObject({ name: 'greet', kind: SpanKind.CONSUMER });
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.links.map((it) => it.context.traceId)).toEqual([HOST_TRACE]);
  });

  test('without a trace goes on with the host’s', async () => {
    const { span } = await delivered(greeting(), MESSAGE);
    expect(span?.spanContext().traceId).toBe(HOST_TRACE);
    expect(span?.links).toEqual([]);
  });

  test('is described without what its sender has chosen', async () => {
    const { span } = await delivered(greeting(), MESSAGE);
    expect(span?.attributes).toEqual({
      'faas.invocation_id': 'one',
      'faas.trigger': 'pubsub',
      'messaging.system': 'azure_queue',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': 'greet',
      'messaging.message.id': 'queue-id',
      'switchboard.delivery.tries': 2,
      'switchboard.client': 'switchboard',
      'switchboard.status': 200,
    });
  });

  test('that is put back takes the trace on', async () => {
    const { span, put, metrics } = await delivered(throttled, { ...MESSAGE, traceparent: PARENT });
    const { spanId } = span?.spanContext() ?? {};
    expect(put).toEqual([{ ...MESSAGE, traceparent: `00-${TRACE}-${spanId}-01` }]);
    expect(metrics).toEqual(['switchboard.operations', 'switchboard.paced.delay']);
  });

  test('that will be tried again has failed by its code', async () => {
    const down = greeting(async () => {
      throw new SwitchboardError('UpstreamUnavailable', 'ACS is down.');
    });
    const { span } = await delivered(down, MESSAGE);
    expect(span?.attributes).toMatchObject({ 'error.type': 'UpstreamUnavailable', 'switchboard.status': 502 });
  });
});

test('a message that is put back while telemetry is off is as it was', async () => {
  const { runtime, storage } = rig();
  await take(throttled, MESSAGE, runtime);
  expect(storage.sent.map(({ text }) => text)).toEqual([JSON.stringify(MESSAGE)]);
});

test('what time asks for is a step of the host’s trace', async () => {
  const { telemetry, spans } = memoryTelemetry();
  useTelemetry(telemetry);
  await runTraced('sweep', context, async () => undefined);
  await stopTelemetry();
  expect(spans()[0]).toMatchObject({ name: 'sweep', kind: SpanKind.INTERNAL });
  expect(spans()[0]?.spanContext().traceId).toBe(HOST_TRACE);
});
