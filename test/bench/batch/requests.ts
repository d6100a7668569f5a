import { type Connection, findConnection } from '../../../infra/local/client/connection.ts';
import { type SignedRequest, signedFetch } from '../../../infra/local/client/signedFetch.ts';
import type { Announcement } from '../../../infra/local/start/announcement.ts';
import type { SmsBatch } from '../../../shared/contract/smsBatch.ts';
import { eventually } from '../../setup/eventually.ts';

/** Of whatever is waited for. */
export const DEADLINE_SECONDS = 120;

export const SENDER = '+18005550100';
export const MESSAGE = 'Your parcel arrives today between 2 and 4 pm.';

/** In a personalized CSV, each recipient has a name, which is part of the message. */
export type BodyFormat = 'json' | 'csv' | 'personalizedCsv';

/** Different numbers that a phone could have. */
export function phoneNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+1425${5_000_000 + index}`);
}

/** Different mobile numbers of Germany, the United Kingdom, France and India. */
export function foreignNumbers(count: number): string[] {
  const prefixes = ['+49151', '+44740', '+3361', '+91981'];
  const digits = [8, 7, 7, 7];
  return Array.from({ length: count }, (_, index) => {
    const country = index % prefixes.length;
    return `${prefixes[country]}${String(Math.floor(index / prefixes.length)).padStart(digits[country] ?? 0, '0')}`;
  });
}

/** A submission, ready to be sent. */
export function submission(
  recipients: number,
  format: BodyFormat,
  numbers: readonly string[] = phoneNumbers(recipients),
): SignedRequest {
  if (format === 'json') {
    const body = Buffer.from(JSON.stringify({ from: SENDER, message: MESSAGE, recipients: numbers }));
    return { method: 'POST', target: '/sms/batches', body };
  }
  const isPersonalized = format === 'personalizedCsv';
  const facts = { from: SENDER, message: isPersonalized ? `Hi {{name}}! ${MESSAGE}` : MESSAGE };
  const rows = isPersonalized ? numbers.map((to, index) => `${to},Anna ${index}`) : numbers;
  const target = `/sms/batches?${new URLSearchParams(facts)}`;
  const body = Buffer.from(`${isPersonalized ? 'to,name' : 'to'}\n${rows.join('\n')}\n`);
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
