import { type Connection, findConnection } from '../../../infra/local/client/connection.ts';
import { type SignedRequest, signedFetch } from '../../../infra/local/client/signedFetch.ts';
import type { Announcement } from '../../../infra/local/start/announcement.ts';
import type { SmsBatch } from '../../../shared/contract/smsBatch.ts';
import { eventually } from '../../setup/eventually.ts';

/** Of whatever is waited for. */
export const DEADLINE_SECONDS = 120;

export const SENDER = '+18005550100';
export const MESSAGE = 'Your parcel arrives today between 2 and 4 pm.';

export type BodyFormat = 'json' | 'csv';

/** Different numbers that a phone could have. */
export function phoneNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+1425${5_000_000 + index}`);
}

/** A submission, ready to be sent. */
export function submission(recipients: number, format: BodyFormat): SignedRequest {
  const numbers = phoneNumbers(recipients);
  const facts = { from: SENDER, message: MESSAGE };
  if (format === 'json') {
    return {
      method: 'POST',
      target: '/sms/batches',
      body: Buffer.from(JSON.stringify({ ...facts, recipients: numbers })),
    };
  }
  const target = `/sms/batches?${new URLSearchParams(facts)}`;
  const body = Buffer.from(`to\n${numbers.join('\n')}\n`);
  return { method: 'POST', target, body, headers: { 'content-type': 'text/csv' } };
}

/** @returns the batch's id */
export async function submit(switchboard: Connection, request: SignedRequest): Promise<string> {
  const { id } = await callBatch(switchboard, request);
  if (id === undefined) throw new Error('A batch was accepted without an id.');
  return id;
}

export function getBatch(switchboard: Connection, id: string): Promise<SmsBatch> {
  return callBatch(switchboard, { method: 'GET', target: `/sms/batches/${id}` });
}

export function cancelBatch(switchboard: Connection, id: string): Promise<SmsBatch> {
  return callBatch(switchboard, { method: 'POST', target: `/sms/batches/${id}:cancel` });
}

/** How many recipients ACS has accepted so far. */
export async function acceptedByAcs(acs: string): Promise<number> {
  const response = await fetch(`${acs}/_emulator/sms/stats`);
  return ((await response.json()) as { accepted: number }).accepted;
}

/**
 * Waits until every recipient of a batch has its result; all of them must have been accepted by ACS. Looks at the ACS
 * emulator until it has them all: reading the batch again and again would be part of what is measured.
 *
 * @param acceptedBefore recipients that ACS had accepted before the submission
 */
export async function allAccepted(stack: Announcement, id: string, acceptedBefore: number): Promise<void> {
  const switchboard = findConnection(stack.client);
  const { total } = (await getBatch(switchboard, id)).counts;
  const wait = <Value>(probe: () => Promise<Value | undefined>) =>
    eventually('every recipient has its result', probe, DEADLINE_SECONDS);
  await wait(async () => ((await acceptedByAcs(stack.acs)) - acceptedBefore < total ? undefined : true));
  const { counts } = await wait(async () => {
    const batch = await getBatch(switchboard, id);
    return batch.counts.pending === 0 ? batch : undefined;
  });
  if (counts.accepted !== total) throw new Error(`Not all were accepted: ${JSON.stringify(counts)}`);
}

async function callBatch(switchboard: Connection, request: SignedRequest): Promise<SmsBatch> {
  const response = await signedFetch(switchboard, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.method} ${request.target} answered ${response.status}: ${text}`);
  return JSON.parse(text) as SmsBatch;
}
