import type { AcsService } from '../settings/settings.ts';
import type { Metric } from './signals.ts';
import { measure } from './telemetry.ts';

/** What Switchboard counts and measures, in its own words. Attributes have few different values. */

const OPERATIONS: Metric = {
  name: 'switchboard.operations',
  kind: 'counter',
  unit: '{operation}',
  description: 'Operations that have ended, over HTTP or from a queue.',
};

/** @param status of the answer, as over HTTP */
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
  description: 'Recipients of the messages that clients have sent, before ACS answers; also of clients without limits.',
};

export function recipientsAccepted(client: string, channel: 'sms' | 'email', count: number): void {
  if (count > 0) measure(CLIENT_RECIPIENTS, count, { client, channel });
}

const LIMIT_EXCEEDED: Metric = {
  name: 'switchboard.client.limit_exceeded',
  kind: 'counter',
  unit: '{refusal}',
  description: 'Refusals because a client had reached one of its limits.',
};

export function limitExceeded(client: string, limit: string): void {
  measure(LIMIT_EXCEEDED, 1, { client, limit });
}

const UPSTREAM_DURATION: Metric = {
  name: 'switchboard.upstream.duration',
  kind: 'histogram',
  unit: 'ms',
  description: 'How long requests to ACS took, all their tries together.',
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
  /** The path, with names in braces where it holds ids. */
  readonly route: string;
  /** Undefined when no answer came. */
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
  description: 'How long queued work was put back to keep within what ACS allows.',
};

/** @param queue that has it */
export function workPutBack(queue: string, seconds: number): void {
  measure(PACED_DELAY, Math.max(0, seconds), { kind: /sms|email|chat/.exec(queue)?.[0] ?? 'identity', queue });
}

const BATCH_RECIPIENTS: Metric = {
  name: 'switchboard.batch.recipients',
  kind: 'counter',
  unit: '{recipient}',
  description: 'Recipients of batches that have come into a state; those that are redriven count again.',
};

/** @param change by state; what leaves a state is not counted */
export function recipientsCounted<State extends string>(change: Readonly<Record<State, number>>): void {
  for (const [state, count] of Object.entries<number>(change))
    if (count > 0) measure(BATCH_RECIPIENTS, count, { state });
}

const OLDEST_UNSENT_CHUNK: Metric = {
  name: 'switchboard.batch.oldest_unsent_chunk_seconds',
  kind: 'gauge',
  unit: 's',
  description: 'For how long the oldest chunk has been due and not been sent; 0 when none is.',
};

export function oldestUnsentChunk(seconds: number): void {
  measure(OLDEST_UNSENT_CHUNK, seconds);
}

const STATUS_READS: Metric = {
  name: 'switchboard.email.status_reads',
  kind: 'counter',
  unit: '{read}',
  description: 'Status reads of mails that were asked of the budget.',
};

const READ_BUDGET_USED: Metric = {
  name: 'switchboard.email.read_budget_used',
  kind: 'gauge',
  unit: '1',
  description: "The share of an hour's status reads that is used up.",
};

export interface StatusReads {
  /** Of the domains. */
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
