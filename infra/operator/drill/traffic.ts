import { randomUUID } from 'node:crypto';
import type { Connection } from '../../local/client/connection.ts';
import { type SignedRequest, signedFetch } from '../../local/client/signedFetch.ts';
import type { Instance } from './platform.ts';

export interface Count {
  /** Number of completed calls, failed or not. */
  readonly calls: number;
  /** One message per failed call. */
  readonly failures: readonly string[];
  /** Number of refused or broken connections, after which the call was retried on the other instance. */
  readonly retries: number;
}

export interface Traffic {
  /** The key that the client signs with from now on. */
  useKey(accessKey: string): void;
  count(): Count;
  /** Number of accepted SMS messages. */
  readonly sent: () => number;
  /** Waits for the calls in progress. */
  stop(): Promise<void>;
}

const CONCURRENT_CALLS = 4;

const TRIES_PER_INSTANCE = 2;

/**
 * Sends calls without a pause, in turn to each serving instance. Like a load balancer, it retries a call on the other
 * instance if the connection fails, and only then: any response counts. The Idempotency-Key makes retries safe.
 */
export function startTraffic(instances: readonly Instance[], accessKey: string): Traffic {
  let key = accessKey;
  let isStopped = false;
  let next = 0;
  const counts = { calls: 0, retries: 0, sent: 0, failures: [] as string[] };
  const callWithRetries = async (number: number): Promise<void> => {
    const idempotencyKey = randomUUID();
    const first = next++; // this call's retries continue from here, independent of other calls
    let cause: unknown;
    for (let tries = 0; tries < TRIES_PER_INSTANCE * instances.length; tries += 1) {
      const serving = instances.filter(({ isServing }) => isServing);
      const instance = serving[(first + tries) % Math.max(1, serving.length)];
      if (!instance) continue;
      try {
        return await callOnce({ endpoint: instance.url, accessKey: key }, number, idempotencyKey, counts);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        counts.retries += 1;
        cause = error;
      }
    }
    throw new Error('No instance could be reached', { cause });
  };
  let started = 0;
  const work = async () => {
    while (!isStopped) {
      await callWithRetries(started++).catch((error: unknown) => counts.failures.push(String(error)));
      counts.calls += 1;
    }
  };
  const workers = Array.from({ length: CONCURRENT_CALLS }, work);
  return {
    useKey: (changed) => {
      key = changed;
    },
    count: () => ({ ...counts, failures: [...counts.failures] }),
    sent: () => counts.sent,
    stop: async () => {
      isStopped = true;
      await Promise.all(workers);
    },
  };
}

const KINDS = ['sms', 'identity', 'chat'] as const;

/** Sends an SMS message, creates an identity or lists chat threads, in turn. @throws Error for any response but success */
async function callOnce(
  connection: Connection,
  number: number,
  idempotencyKey: string,
  counts: { sent: number },
): Promise<void> {
  const kind = KINDS[number % KINDS.length] ?? 'sms';
  const response = await signedFetch(connection, requestOf(kind, idempotencyKey));
  const text = await response.text();
  if (!response.ok || text.includes('"successful":false')) throw new Error(`${kind}: ${response.status} ${text}`);
  if (kind === 'sms') counts.sent += 1;
}

function requestOf(kind: (typeof KINDS)[number], idempotencyKey: string): SignedRequest {
  if (kind === 'chat') return { method: 'GET', target: '/chat/threads' }; // uses a user token, which rotating ACS's keys revokes
  const headers = { 'Idempotency-Key': idempotencyKey };
  if (kind === 'identity') return { method: 'POST', target: '/identities', headers };
  const sms = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: idempotencyKey };
  return { method: 'POST', target: '/sms', headers, body: JSON.stringify(sms) };
}

/** Whether `fetch` failed because the connection could not be established or was closed. */
function isConnectionError(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error;
}
