import Module from 'node:module';
import { app, type HttpHandler, type InvocationContext } from '@azure/functions';
import { readTelemetrySettings, SettingsError } from '../settings/settings.ts';
import { logLine } from '../telemetry/masking.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, startTelemetry, stopTelemetry } from '../telemetry/telemetry.ts';
import type { HttpOptions } from './definition.ts';
import { type DeliveryHandler, readDelivery } from './queueDelivery.ts';

// Registers functions with the Functions host, each invocation in a span of its own.

app.hook.appStart(ignoreMessageMetadata);
app.hook.appStart(startTelemetryIfWanted);
app.hook.appTerminate(stopTelemetry);

export function registerHttp(name: string, { method, route }: HttpOptions, handler: HttpHandler): void {
  app.http(name, {
    methods: [method],
    route,
    authLevel: 'anonymous',
    handler: (request, context) => {
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
    },
  });
}

/**
 * The trigger passes bytes: with text, the host would parse it and lose what JSON objects cannot hold, such as large
 * numbers or the difference between a string and its JSON.
 *
 * @param spanName the name in traces
 */
export function registerQueue(name: string, queue: string, handler: DeliveryHandler, spanName = name): void {
  const trigger = { queueName: queue, connection: 'AzureWebJobsStorage', dataType: 'binary' };
  app.storageQueue(name, {
    ...trigger,
    handler: (data, context) => handleTraced(spanName, queue, handler, data, context),
  });
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

export function registerTimer(
  name: string,
  schedule: string,
  handler: (context: InvocationContext) => Promise<void>,
): void {
  app.timer(name, { schedule, handler: (_, context) => runTraced(name, context, () => handler(context)) });
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

/** Telemetry is loaded during the rest of the host's start: only the first invocation waits for it. */
function startTelemetryIfWanted(): void {
  const warn = (line: string) => process.emitWarning(logLine(line), 'TelemetryWarning');
  try {
    const settings = readTelemetrySettings();
    if (settings) startTelemetry(settings, warn);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    warn(`Telemetry is off. ${error.message}`); // callers are served without it
  }
}

/**
 * Keeps the library from reading a message a second time. The host also passes its text in the metadata, where the library
 * parses it and traverses it recursively. A deeply nested message would fail there, before any function runs, and would
 * become poison without an outcome.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/converters/toCamelCase.ts
 */
function ignoreMessageMetadata(): void {
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

/** The used part of the worker's own API. @see azure-functions-nodejs-worker, types-core/index.d.ts */
interface WorkerApi {
  getProgrammingModel?(): { getInvocationModel(invocation: Invocation): unknown } | undefined;
}
