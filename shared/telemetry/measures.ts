import type { AcsService } from '../settings/settings.ts';
import type { Metric } from './signals.ts';
import { measure } from './telemetry.ts';

// Switchboard's metrics. Attributes have low cardinality.

const OPERATIONS = {
  name: 'switchboard.operations',
  kind: 'counter',
  unit: '{operation}',
  description:
    'Completed operations, over HTTP or from a queue. `outcome` is `succeeded`, `refused`, `throttled` or `failed`.',
  attributes: ['operation', 'outcome', 'status'],
} as const satisfies Metric;

/** @param status HTTP status of the answer */
export function operationEnded(operation: string, status: number): void {
  measure(OPERATIONS, 1, { operation, outcome: outcomeOf(status), status });
}

function outcomeOf(status: number): 'succeeded' | 'throttled' | 'refused' | 'failed' {
  if (status < 400) return 'succeeded';
  if (status === 429) return 'throttled';
  return status < 500 ? 'refused' : 'failed';
}

const CLIENT_RECIPIENTS = {
  name: 'switchboard.client.recipients',
  kind: 'counter',
  unit: '{recipient}',
  description:
    'Recipients of messages submitted by clients, with or without limits, counted before ACS answers. `channel` is `sms` or `email`.',
  attributes: ['client', 'channel'],
} as const satisfies Metric;

export function recipientsAccepted(client: string, channel: 'sms' | 'email', count: number): void {
  if (count > 0) measure(CLIENT_RECIPIENTS, count, { client, channel });
}

const LIMIT_EXCEEDED = {
  name: 'switchboard.client.limit_exceeded',
  kind: 'counter',
  unit: '{refusal}',
  description: 'Requests refused because a client reached one of its limits.',
  attributes: ['client', 'limit'],
} as const satisfies Metric;

export function limitExceeded(client: string, limit: string): void {
  measure(LIMIT_EXCEEDED, 1, { client, limit });
}

const UPSTREAM_DURATION = {
  name: 'switchboard.upstream.duration',
  kind: 'histogram',
  unit: 'ms',
  description: 'Duration of requests to ACS, including retries.',
  attributes: ['service', 'method', 'route', 'status'],
} as const satisfies Metric;

const UPSTREAM_THROTTLED = {
  name: 'switchboard.upstream.throttled',
  kind: 'counter',
  unit: '{request}',
  description: 'Requests that ACS answered with 429.',
  attributes: ['service'],
} as const satisfies Metric;

export interface UpstreamCall {
  readonly service: AcsService;
  readonly method: string;
  /** The path, with placeholders in braces instead of ids. */
  readonly route: string;
  /** Undefined if no response arrived. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

export function upstreamAnswered({ service, method, route, status, milliseconds }: UpstreamCall): void {
  measure(UPSTREAM_DURATION, milliseconds, { service, method, route, status: status ?? 'none' });
  if (status === 429) measure(UPSTREAM_THROTTLED, 1, { service });
}

const PACED_DELAY = {
  name: 'switchboard.paced.delay',
  kind: 'histogram',
  unit: 's',
  description: 'Delay of queued work that was postponed to stay within the rate limits of ACS.',
  attributes: ['kind', 'queue'],
} as const satisfies Metric;

/** @param queue that holds the work */
export function workPutBack(queue: string, seconds: number): void {
  measure(PACED_DELAY, Math.max(0, seconds), { kind: /sms|email|chat/.exec(queue)?.[0] ?? 'identity', queue });
}

const BATCH_RECIPIENTS = {
  name: 'switchboard.batch.recipients',
  kind: 'counter',
  unit: '{recipient}',
  description: 'Batch recipients that entered a state. Redriven recipients count again.',
  attributes: ['state'],
} as const satisfies Metric;

/** @param change by state; only increases are counted */
export function recipientsCounted<State extends string>(change: Readonly<Record<State, number>>): void {
  for (const [state, count] of Object.entries<number>(change))
    if (count > 0) measure(BATCH_RECIPIENTS, count, { state });
}

const OLDEST_UNSENT_CHUNK = {
  name: 'switchboard.batch.oldest_unsent_chunk_seconds',
  kind: 'gauge',
  unit: 's',
  description:
    'How long the oldest unsent chunk has been overdue; 0 if none is. Aggregate with the maximum over instances.',
  attributes: [],
} as const satisfies Metric;

export function oldestUnsentChunk(seconds: number): void {
  measure(OLDEST_UNSENT_CHUNK, seconds, {});
}

const STATUS_READS = {
  name: 'switchboard.email.status_reads',
  kind: 'counter',
  unit: '{read}',
  description: 'Email status reads requested from the read budget. `result` is `granted` or `refused`.',
  attributes: ['kind', 'result'],
} as const satisfies Metric;

const READ_BUDGET_USED = {
  name: 'switchboard.email.read_budget_used',
  kind: 'gauge',
  unit: '1',
  description: 'Used share of the hourly budget for email status reads.',
  attributes: ['kind'],
} as const satisfies Metric;

export interface StatusReads {
  /** Kind of the sender domains. */
  readonly kind: string;
  readonly granted: number;
  readonly refused: number;
  readonly usedShare: number;
}

export function statusReadsTaken({ kind, granted, refused, usedShare }: StatusReads): void {
  if (granted > 0) measure(STATUS_READS, granted, { kind, result: 'granted' });
  if (refused > 0) measure(STATUS_READS, refused, { kind, result: 'refused' });
  measure(READ_BUDGET_USED, usedShare, { kind });
}

/** Every metric, in the order of the documentation. */
export const METRICS: readonly Metric[] = [
  OPERATIONS,
  UPSTREAM_DURATION,
  UPSTREAM_THROTTLED,
  PACED_DELAY,
  BATCH_RECIPIENTS,
  CLIENT_RECIPIENTS,
  LIMIT_EXCEEDED,
  OLDEST_UNSENT_CHUNK,
  STATUS_READS,
  READ_BUDGET_USED,
];
