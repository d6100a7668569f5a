import Module from 'node:module';
import { app, type HttpHandler, type InvocationContext, type StorageQueueHandler } from '@azure/functions';
import { readTelemetrySettings, SettingsError } from '../settings/settings.ts';
import { logLine } from '../telemetry/masking.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, startTelemetry, stopTelemetry } from '../telemetry/telemetry.ts';
import type { AnyOperation } from './definition.ts';
import { type MessageHandler, receivedMessage } from './delivery.ts';

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

/**
 * Keeps the library from reading a message's text a second time. The host also passes it in the metadata, where the
 * library parses it and traverses it recursively: one that is nested deeply would fail there, before any function sees it, and
 * would end on the poison queue without an outcome.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/converters/toCamelCase.ts
 */
export function ignoreMessageMetadata(): void {
  const core = Module.createRequire(import.meta.url)('@azure/functions-core') as WorkerApi;
  const model = core.getProgrammingModel?.();
  if (!model) return;
  const getInvocationModel = model.getInvocationModel.bind(model);
  model.getInvocationModel = (invocation) => {
    const { triggerMetadata } = invocation.request;
    if (triggerMetadata) delete triggerMetadata['QueueTrigger'];
    return getInvocationModel(invocation);
  };
}

interface Invocation {
  readonly request: { readonly triggerMetadata?: Record<string, unknown> | null };
}

/** The part that is used of what only the host's worker has. @see azure-functions-nodejs-worker, types-core/index.d.ts */
interface WorkerApi {
  getProgrammingModel?(): { getInvocationModel(invocation: Invocation): unknown } | undefined;
}

/**
 * Registers a function for the messages of a queue. It takes bytes: the host would parse text, and would lose what is no
 * JSON object, such as large numbers or the difference between a text and its JSON.
 *
 * @param spanName what traces call it; the function's name if absent
 */
export function queueFunction(name: string, queue: string, handler: MessageHandler, spanName = name): void {
  const trigger = { queueName: queue, connection: 'AzureWebJobsStorage', dataType: 'binary' };
  app.storageQueue(name, { ...trigger, handler: observedQueue(spanName, queue, handler) });
}
