import { app, type HttpHandler, type InvocationContext, type StorageQueueHandler } from '@azure/functions';
import { readTelemetrySettings, SettingsError } from '../settings/settings.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, startTelemetry, stopTelemetry } from '../telemetry/telemetry.ts';
import type { AnyOperation } from './definition.ts';
import { logLine } from './masking.ts';
import { ignoreMessageMetadata } from './messageMetadata.ts';
import { type MessageHandler, receivedMessage } from './receivedMessage.ts';

app.hook.appStart(ignoreMessageMetadata);
app.hook.appStart(startTelemetryIfWanted);
app.hook.appTerminate(stopTelemetry);

/** What telemetry needs is loaded beside the rest of the host's start: only the first invocation waits for it. */
function startTelemetryIfWanted(): void {
  const warn = (line: string) => process.emitWarning(logLine(line), 'TelemetryWarning');
  try {
    const settings = readTelemetrySettings();
    if (settings) startTelemetry(settings, warn);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    warn(`Telemetry is off. ${error.message}`); // what serves callers does not depend on it
  }
}

/** An HTTP function as a step of its caller's trace. */
export function observedHttp({ name, method, route }: AnyOperation, handler: HttpHandler): HttpHandler {
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

/**
 * A queue function as a step of the trace that its message takes on. The host knows nothing of that one, and begins
 * another: the two are linked, and the invocation's id stands in the host's own log.
 *
 * @see OpenTelemetry "Semantic conventions for messaging spans"
 */
export function observedQueue(name: string, queue: string, handler: MessageHandler): StorageQueueHandler {
  return (data, context) => {
    const message = receivedMessage(data);
    const fromHost = context.traceContext?.traceParent;
    const fromMessage = traceparentOf(message.content);
    const attributes = {
      ...invocationOf(context),
      'faas.trigger': 'pubsub',
      'messaging.system': 'azure_queue',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': queue,
      // The queue's own id: the message's `id` is its sender's choice, and may be about people.
      'messaging.message.id': text(context.triggerMetadata?.['id']),
      'switchboard.delivery.tries': Number(context.triggerMetadata?.['dequeueCount'] ?? 1),
    };
    const links = fromMessage === undefined ? {} : { link: fromHost };
    const facts: SpanFacts = { name, kind: 'consumer', parent: fromMessage ?? fromHost, ...links, attributes };
    return inSpan(facts, () => handler(message, context));
  };
}

/** A step that time asks for. */
export function observedTimer(name: string, context: InvocationContext, run: () => Promise<void>): Promise<void> {
  const attributes = { ...invocationOf(context), 'faas.trigger': 'timer' };
  return inSpan({ name, kind: 'internal', parent: context.traceContext?.traceParent, attributes }, run);
}

/** By which the lines of the host's log are found. */
function invocationOf({ invocationId }: InvocationContext) {
  return { 'faas.invocation_id': invocationId };
}

function traceparentOf(message: unknown): string | undefined {
  return typeof message === 'object' && message !== null ? text(Reflect.get(message, 'traceparent')) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
