import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StartError } from './startError.ts';

/** The queue trigger's settings. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue */
export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly maxPollingIntervalMilliseconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly messageEncoding: 'base64' | 'none';
}

export interface HostSettings {
  /** Without leading and trailing slashes. */
  readonly routePrefix: string;
  /** Whether the host records every call as a span of a trace. */
  readonly recordsTraces: boolean;
  readonly minimumLogLevel: 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
  readonly queues: QueueSettings;
}

const duration = (minimumMilliseconds: number, rule: string) =>
  z.string('must be a duration such as "00:00:02"').transform((text, context) => {
    const milliseconds = timeSpanMilliseconds(text);
    if (milliseconds !== undefined && milliseconds >= minimumMilliseconds) return milliseconds;
    context.addIssue({ code: 'custom', message: `must be a duration such as "00:00:02"${rule}, not "${text}"` });
    return z.NEVER;
  });
const whole = (minimum: number, maximum = 2_147_483_647) => {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int(rule).min(minimum, rule).max(maximum, rule);
};
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(values, `must be one of ${values.join(', ')}`));

const queuesSchema = z.object({
  batchSize: whole(1, 32).default(16),
  newBatchThreshold: whole(0).optional(),
  maxDequeueCount: whole(1).default(5),
  // One minute in Azure. In development, the real host polls at least every two seconds, and so does this one.
  maxPollingInterval: duration(100, ' of at least 100 ms').default(2_000),
  visibilityTimeout: duration(0, '').default(0),
  messageEncoding: oneOf(['base64', 'none']).default('base64'),
});

const hostJsonSchema = z.object({
  version: z.literal('2.0', 'must be "2.0"'),
  telemetryMode: oneOf(['applicationinsights', 'opentelemetry', 'none']).default('applicationinsights'),
  logging: z
    .object({
      logLevel: z
        .object({
          default: oneOf(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']).default(
            'information',
          ),
        })
        .prefault({}),
    })
    .prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string('must be a string').default('api') }).prefault({}),
      queues: queuesSchema.prefault({}),
    })
    .prefault({}),
});

/**
 * Parses a host.json and adds the host's defaults.
 *
 * @throws StartError with one line for each invalid value
 */
export function parseHostJson(text: string): HostSettings {
  const parsed = hostJsonSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `host.json: ${issue.path.join('.') || 'it'} ${issue.message}`);
    throw new StartError(lines.join('\n'));
  }
  const { telemetryMode, logging, extensions } = parsed.data;
  const { queues } = extensions;
  return {
    routePrefix: extensions.http.routePrefix.replaceAll(/^\/+|(?<!\/)\/+$/g, ''),
    recordsTraces: telemetryMode === 'opentelemetry',
    minimumLogLevel: logging.logLevel.default,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      maxDequeueCount: queues.maxDequeueCount,
      maxPollingIntervalMilliseconds: queues.maxPollingInterval,
      visibilityTimeoutSeconds: Math.ceil(queues.visibilityTimeout / 1000),
      messageEncoding: queues.messageEncoding,
    },
  };
}

export async function readHostJson(root: string): Promise<HostSettings> {
  const file = path.join(root, 'host.json');
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new StartError(`${file} could not be read: ${error.message}`, { cause: error });
  });
  return parseHostJson(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StartError(`host.json: it is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a .NET TimeSpan (`[d.]hh:mm:ss[.fffffff]`), the form of every duration in host.json.
 *
 * @returns milliseconds, or undefined if the format is different
 * @see https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings
 */
export function timeSpanMilliseconds(text: string): number | undefined {
  const parts = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,7})?$/.exec(text);
  if (!parts) return undefined;
  const part = (group: number) => Number(parts[group] ?? 0);
  if (part(2) > 23 || part(3) > 59 || part(4) > 59) return undefined;
  const minutes = (part(1) * 24 + part(2)) * 60 + part(3);
  return (minutes * 60 + part(4)) * 1000 + Math.round(part(5) * 1000);
}
