import * as z from 'zod';
import type { AcsSession } from '../../../shared/acs/session.ts';
import { NO_AUDIT } from '../../../shared/audit/auditRecorder.ts';
import { type Clients, createClients } from '../../../shared/clients/clients.ts';
import { OUTCOMES_QUEUE } from '../../../shared/contract/queueMessage.ts';
import type { SmsBatch, SubmitSmsBatchRequest } from '../../../shared/contract/smsBatch.ts';
import type { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import type { Batch, BatchEvent } from '../../../shared/smsbatch/batch.ts';
import { type BatchContext, createBatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { countsOf, NOTHING } from '../../../shared/smsbatch/ledger/counters.ts';
import { emitBatchEvent } from '../../../shared/smsbatch/outcome.ts';
import { CHUNK_QUEUE, chunkMessage } from '../../../shared/smsbatch/send/batchQueues.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import type { Queues } from '../../../shared/storage/queues.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { API_VERSIONS } from '../acs/fixtures.ts';

export const CLIENT = 'shop';
export const FROM = '+18005550100';
const NOW = Date.parse('2026-01-15T08:30:00Z');

export const ID = '0f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11';

/** Plausible numbers, all different. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+1425${5_550_000 + index}`);
}

const KEY = Buffer.alloc(32).toString('base64');

/** The settings of the client that the batches of these tests belong to. */
export function clientsWith(settings: Omit<ClientSettings, 'name' | 'keys'> = {}, name = CLIENT): Clients {
  return createClients([{ name, keys: [KEY], ...settings }]);
}

/** The body of a request to ACS. */
export const sentBody = z.object({
  message: z.string(),
  smsSendOptions: z.object({ tag: z.string() }).optional(),
  smsRecipients: z.array(
    z.object({ to: z.string(), repeatabilityRequestId: z.guid(), repeatabilityFirstSent: z.string() }),
  ),
});

export type SentSms = z.output<typeof sentBody>;

/** What ACS answers for each recipient, or throws for all. */
export type AcsReply = (sent: SentSms) => unknown;

export const accepted = ({ to }: { readonly to: string }) => ({
  to,
  httpStatusCode: 202,
  successful: true,
  messageId: `Outgoing_${to}`,
});

export const refused = (to: string, httpStatusCode: number) => ({
  to,
  httpStatusCode,
  successful: false,
  errorMessage: `refused with ${httpStatusCode}`,
});

const everybody: AcsReply = ({ smsRecipients }) => smsRecipients.map(accepted);

export function throwing(error: SwitchboardError): AcsReply {
  return () => {
    throw error;
  };
}

export interface Rig {
  readonly context: BatchContext;
  readonly storage: MemoryStorage;
  /** Requests that reached ACS. */
  readonly sent: readonly SentSms[];
  readonly events: readonly string[];
  /** Answers of ACS, one per request; after that it accepts everything. */
  readonly replies: AcsReply[];
  now: number;
}

/** A context with in-memory storage, a manual clock and scripted ACS answers. */
export function rig(ratesPerMinute: Readonly<Record<string, number>> = {}): Rig {
  const sent: SentSms[] = [];
  const replies: AcsReply[] = [];
  const storage = new MemoryStorage(() => it.now);
  const session: AcsSession = {
    send: async ({ body, repetition }) => {
      const request = sentBody.parse(body);
      sent.push(request);
      const value = (replies.shift() ?? everybody)(request);
      return { status: 202, body: { value }, header: () => undefined, repetition };
    },
    publicUrl: 'https://switchboard.example',
    apiVersions: API_VERSIONS,
  };
  const context = createBatchContext({
    secret: async () => TEST_SECRET,
    storage,
    clients: clientsWith(),
    optOuts: createOptOuts(storage.tables, () => it.now),
    settings: { ratesPerMinute, repeatabilityWindowSeconds: 300 },
    now: () => it.now,
    acs: () => session,
    audit: NO_AUDIT,
  });
  const it: Rig = {
    ...{ context, storage, sent, replies, now: NOW },
    get events() {
      return emitted(storage).map(({ event, subject }) => `${event} ${subject}`);
    },
  };
  return it;
}

export function submit(
  { context }: Rig,
  request: Partial<SubmitSmsBatchRequest> = {},
  { id, client } = { id: ID, client: CLIENT },
): Promise<SmsBatch> {
  const list = request.csv === undefined ? { recipients: numbers(3) } : {};
  return submitBatch(context, { id, client, request: { from: FROM, message: 'Hello', ...list, ...request } });
}

/** Submits a batch and splits it. */
export async function split(it: Rig, request: Partial<SubmitSmsBatchRequest> = {}): Promise<void> {
  await submit(it, request);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
}

export async function batchOf({ context }: Rig): Promise<Batch> {
  const batch = await context.batches.get(CLIENT, ID);
  if (!batch) throw new Error('There is no batch.');
  return batch;
}

/** @param sendOn the time reserved for the chunk; without it, the chunk is on time */
export function send({ context }: Rig, chunk = 0, sendOn?: number): Promise<void> {
  return sendChunk(context, { client: CLIENT, batch: ID, chunk, sendOn });
}

/** Chunks that are on the queue, in the order in which they were put there. */
export function queuedChunks({ storage }: Rig): number[] {
  return storage.messages(CHUNK_QUEUE).map((it) => chunkMessage.parse(it).chunk);
}

/** Chunks that are on the queue, each with the time reserved for it. */
export function queuedTimes({ storage }: Rig): [chunk: number, sendOn: number | undefined][] {
  return storage.messages(CHUNK_QUEUE).map((it) => {
    const { chunk, sendOn } = chunkMessage.parse(it);
    return [chunk, sendOn];
  });
}

export async function statesOf({ context }: Rig, chunk = 0) {
  const stored = await context.ledger.get(ID, chunk);
  return { ...stored?.state, results: stored?.state.results.map((result) => result?.[0] ?? 'open') };
}

/** The same storage, seen by an instance that has started with other settings. */
export function restarted({ context }: Rig, clients: BatchContext['clients']): BatchContext {
  return { ...context, clients };
}

/** A process that dies when it is about to emit an event. */
export function dyingOf({ context }: Rig): BatchContext {
  const { storage } = context;
  const send: Queues['send'] = async (queue, ...message) => {
    if (queue === OUTCOMES_QUEUE) throw new Error('the process dies');
    await storage.queues.send(queue, ...message);
  };
  return createBatchContext({ ...context, storage: { ...storage, queues: { send } } });
}

const outcomeMessage = z.object({
  id: z.string(),
  type: z.templateLiteral([
    'switchboard.smsBatch.',
    z.enum(['accepted', 'completed', 'reported', 'canceled', 'failed']),
  ]),
  subject: z.string(),
  data: z.object({ counts: z.record(z.string(), z.number()), reason: z.string().optional() }),
});

/** The events of batches that have been emitted. */
export function emitted(storage: MemoryStorage) {
  return storage.messages(OUTCOMES_QUEUE).map((message) => {
    const { type, ...outcome } = outcomeMessage.parse(message);
    return { event: type.slice('switchboard.smsBatch.'.length) as BatchEvent, ...outcome };
  });
}

/** The id of an event, which a repetition shares. */
export async function eventId(batch: Batch, event: BatchEvent, redrives: number): Promise<string | undefined> {
  const storage = new MemoryStorage();
  const counts = countsOf(batch, NOTHING);
  await emitBatchEvent({ storage, audit: NO_AUDIT, now: Date.now }, event, { ...batch, redrives }, counts);
  return emitted(storage)[0]?.id;
}

/** The batches that the sweep checks. */
export async function activeOf({ context }: Rig): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of context.batches.active()) ids.push(id);
  return ids;
}
