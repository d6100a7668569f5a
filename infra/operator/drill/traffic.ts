import { randomUUID } from 'node:crypto';
import type { Connection } from '../../local/client/connection.ts';
import { type SignedRequest, signedFetch } from '../../local/client/signedfetch.ts';
import type { Instance } from './platform.ts';

export interface Count {
  /** Calls that have ended, well or not. */
  readonly calls: number;
  /** What was said of each call that failed. */
  readonly failures: readonly string[];
  /** Connections that were refused or broken off, after which the call went to the other instance. */
  readonly retries: number;
}

export interface Traffic {
  /** The key that the client signs with from now on. */
  useKey(accessKey: string): void;
  count(): Count;
  /** Text messages that were accepted. */
  readonly sent: () => number;
  /** Ends the calls under way. */
  stop(): Promise<void>;
}

const CONCURRENT_CALLS = 4;

/** Every instance may be tried twice. */
const TRIES_OF_EACH = 2;

/**
 * Calls without a pause, by turns to each instance that serves. As a load balancer does, a call goes to the other instance
 * when no connection could be had or kept, and then only: whatever is answered counts. Its Idempotency-Key makes that safe.
 */
export function startTraffic(instances: readonly Instance[], accessKey: string): Traffic {
  let key = accessKey;
  let isOver = false;
  let next = 0;
  const counts = { calls: 0, retries: 0, sent: 0, failures: [] as string[] };
  const tryAll = async (number: number): Promise<void> => {
    const idempotencyKey = randomUUID();
    const first = next++; // of this call: its tries go on from there, whatever others do meanwhile
    let cause: unknown;
    for (let tries = 0; tries < TRIES_OF_EACH * instances.length; tries += 1) {
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
  let begun = 0;
  const work = async () => {
    while (!isOver) {
      await tryAll(begun++).catch((error: unknown) => counts.failures.push(String(error)));
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
      isOver = true;
      await Promise.all(workers);
    },
  };
}

const KINDS = ['sms', 'identity', 'chat'] as const;

/** By turns an SMS, which ACS must get once; an identity; and a list of chat threads. @throws Error for any answer but success */
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
  if (kind === 'chat') return { method: 'GET', target: '/chat/threads' }; // with a user's token, which ends with ACS's keys
  const headers = { 'Idempotency-Key': idempotencyKey };
  if (kind === 'identity') return { method: 'POST', target: '/identities', headers };
  const sms = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: idempotencyKey };
  return { method: 'POST', target: '/sms', headers, body: JSON.stringify(sms) };
}

/** Of fetch: that no answer came, for there was no connection, or none any more. */
function isConnectionError(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error;
}
