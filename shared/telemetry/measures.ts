import type { AcsService } from '../settings/settings.ts';
import type { Metric } from './signals.ts';
import { measure } from './telemetry.ts';

// Switchboard's metrics. Attributes have low cardinality.

const OPERATIONS: Metric = {
  name: 'switchboard.operations',
  kind: 'counter',
  unit: '{operation}',
  description: 'Completed operations, over HTTP or from a queue.',
};

/** @param status HTTP status of the answer */
export function operationEnded(operation: string, status: number): void {
  measure(OPERATIONS, 1, { operation, outcome: outcomeOf(status), status });
}

function outcomeOf(status: number): 'succeeded' | 'throttled' | 'refused' | 'failed' {
  if (status < 400) return 'succeeded';
  if (status === 429) return 'throttled';
  return status < 500 ? 'refused' : 'failed';
}

const CLIENT_RECIPIENTS: Metric = {
  name: 'switchboard.client.recipients',
  kind: 'counter',
  unit: '{recipient}',
  description: 'Recipients of messages submitted by clients, with or without limits, counted before ACS answers.',
};

export function recipientsAccepted(client: string, channel: 'sms' | 'email', count: number): void {
  if (count > 0) measure(CLIENT_RECIPIENTS, count, { client, channel });
}

const LIMIT_EXCEEDED: Metric = {
  name: 'switchboard.client.limit_exceeded',
  kind: 'counter',
  unit: '{refusal}',
  description: 'Requests refused because a client reached one of its limits.',
};

export function limitExceeded(client: string, limit: string): void {
  measure(LIMIT_EXCEEDED, 1, { client, limit });
}

const UPSTREAM_DURATION: Metric = {
  name: 'switchboard.upstream.duration',
  kind: 'histogram',
  unit: 'ms',
  description: 'Duration of requests to ACS, including retries.',
};

const UPSTREAM_THROTTLED: Metric = {
  name: 'switchboard.upstream.throttled',
  kind: 'counter',
  unit: '{request}',
  description: 'Requests that ACS answered with 429.',
};

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

const PACED_DELAY: Metric = {
  name: 'switchboard.paced.delay',
  kind: 'histogram',
  unit: 's',
  description: 'Delay of queued work that was postponed to stay within the rate limits of ACS.',
};

/** @param queue that holds the work */
export function workPutBack(queue: string, seconds: number): void {
  measure(PACED_DELAY, Math.max(0, seconds), { kind: /sms|email|chat/.exec(queue)?.[0] ?? 'identity', queue });
}

const BATCH_RECIPIENTS: Metric = {
  name: 'switchboard.batch.recipients',
  kind: 'counter',
  unit: '{recipient}',
  description: 'Batch recipients that entered a state. Redriven recipients count again.',
};

/** @param change by state; only increases are counted */
export function recipientsCounted<State extends string>(change: Readonly<Record<State, number>>): void {
  for (const [state, count] of Object.entries<number>(change))
    if (count > 0) measure(BATCH_RECIPIENTS, count, { state });
}

const OLDEST_UNSENT_CHUNK: Metric = {
  name: 'switchboard.batch.oldest_unsent_chunk_seconds',
  kind: 'gauge',
  unit: 's',
  description: 'How long the oldest unsent chunk has been overdue; 0 if none is.',
};

export function oldestUnsentChunk(seconds: number): void {
  measure(OLDEST_UNSENT_CHUNK, seconds);
}

const STATUS_READS: Metric = {
  name: 'switchboard.email.status_reads',
  kind: 'counter',
  unit: '{read}',
  description: 'Email status reads requested from the read budget.',
};

const READ_BUDGET_USED: Metric = {
  name: 'switchboard.email.read_budget_used',
  kind: 'gauge',
  unit: '1',
  description: 'Used share of the hourly budget for email status reads.',
};

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
