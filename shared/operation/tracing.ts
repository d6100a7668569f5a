import type { HttpHandler, InvocationContext, StorageQueueHandler, TimerHandler } from '@azure/functions';
import { readTelemetrySettings, SettingsError } from '../settings/settings.ts';
import { logLine } from '../telemetry/masking.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, startTelemetry } from '../telemetry/telemetry.ts';
import type { HttpOptions } from './definition.ts';
import { type DeliveryHandler, readDelivery } from './queueDelivery.ts';

// Runs each invocation in a span of its own.

export function tracedHttp(name: string, { method, route }: HttpOptions, handler: HttpHandler): HttpHandler {
  return (request, context) => {
    const attributes = {
      ...invocationOf(context),
      'faas.trigger': 'http',
      'http.request.method': method,
      'http.route': `/${route}`,
    };
    const facts: SpanFacts = { name, kind: 'server', parent: context.traceContext?.traceParent, attributes };
    return inSpan(facts, async () => {
      const response = await handler(request, context);
      annotate({ 'http.response.status_code': response.status });
      return response;
    });
  };
}

export function tracedQueue(name: string, queue: string, handler: DeliveryHandler): StorageQueueHandler {
  return (data, context) => handleTraced(name, queue, handler, data, context);
}

/**
 * Handles a queue message as a step of the trace that the message continues. The host does not know that trace and starts
 * another one: the span is linked to it, and the invocation's id appears in the host's own log.
 *
 * @see OpenTelemetry "Semantic conventions for messaging spans"
 */
export function handleTraced(
  name: string,
  queue: string,
  handler: DeliveryHandler,
  data: unknown,
  context: InvocationContext,
): Promise<void> {
  const delivery = readDelivery(data, context);
  const fromHost = context.traceContext?.traceParent;
  const fromMessage = traceparentOf(delivery.content);
  const attributes = {
    ...invocationOf(context),
    'faas.trigger': 'pubsub',
    'messaging.system': 'azure_queue',
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.destination.name': queue,
    // The queue's own id: the message's `id` is its sender's choice, and may identify people.
    'messaging.message.id': stringOf(context.triggerMetadata?.['id']),
    'switchboard.delivery.tries': delivery.tries,
  };
  const link = fromMessage === undefined ? {} : { link: fromHost };
  const facts: SpanFacts = { name, kind: 'consumer', parent: fromMessage ?? fromHost, ...link, attributes };
  return inSpan(facts, () => handler(delivery, context));
}

export function tracedTimer(name: string, run: (context: InvocationContext) => Promise<void>): TimerHandler {
  return (_, context) => runTraced(name, context, () => run(context));
}

export function runTraced(name: string, context: InvocationContext, run: () => Promise<void>): Promise<void> {
  const attributes = { ...invocationOf(context), 'faas.trigger': 'timer' };
  return inSpan({ name, kind: 'internal', parent: context.traceContext?.traceParent, attributes }, run);
}

/** Finds the lines of the host's log that belong to a span. */
function invocationOf({ invocationId }: InvocationContext) {
  return { 'faas.invocation_id': invocationId };
}

function traceparentOf(content: unknown): string | undefined {
  return typeof content === 'object' && content !== null ? stringOf(Reflect.get(content, 'traceparent')) : undefined;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Telemetry is loaded in the background. The first span waits for it. */
export function startTelemetryIfWanted(): void {
  const warn = (line: string) => process.emitWarning(logLine(line), 'TelemetryWarning');
  try {
    const settings = readTelemetrySettings();
    if (settings) startTelemetry(settings, warn);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    warn(`Telemetry is off. ${error.message}`); // callers are served without it
  }
}
