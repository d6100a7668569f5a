import * as z from 'zod';
import type { AcsSession } from '../../../shared/acs/session.ts';
import { type Clients, createClients } from '../../../shared/clients/clients.ts';
import type { SmsBatch, SubmitSmsBatchRequest } from '../../../shared/contract/smsBatch.ts';
import type { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { type Batch, CHUNK_QUEUE } from '../../../shared/smsbatch/batch.ts';
import { type BatchEngine, createEngine } from '../../../shared/smsbatch/engine.ts';
import { chunkMessage } from '../../../shared/smsbatch/messages.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { TEST_SECRET } from '../../setup/secrets.ts';
import { API_VERSIONS } from '../acs/fixtures.ts';

export const CLIENT = 'shop';
export const FROM = '+18005550100';
const NOW = Date.parse('2026-01-15T08:30:00Z');
const DAY_MILLISECONDS = 86_400_000;

/** Rigs so far: each has a day of its own, as a process may remember when it last looked at a batch. */
let rigs = 0;
export const ID = '0f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11';

/** Plausible numbers, all different. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+1425${5_550_000 + index}`);
}

const KEY = Buffer.alloc(32).toString('base64');

/** The client that the batches of these tests belong to, by its settings. */
export function clientsWith(settings: Omit<ClientSettings, 'name' | 'keys'> = {}, name = CLIENT): Clients {
  return createClients([{ name, keys: [KEY], ...settings }]);
}

/** What a request to ACS says. */
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
  readonly engine: BatchEngine;
  readonly storage: MemoryStorage;
  /** What reached ACS. */
  readonly sent: readonly SentSms[];
  readonly events: readonly string[];
  /** Answers of ACS, one for each request; then it takes everything. */
  readonly replies: AcsReply[];
  now: number;
}

/** The engine on storage in memory, a clock that stands still, and ACS by script. */
export function rig(ratesPerMinute: Readonly<Record<string, number>> = {}): Rig {
  const sent: SentSms[] = [];
  const events: string[] = [];
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
  const engine = createEngine({
    secret: async () => TEST_SECRET,
    storage,
    clients: clientsWith(),
    optOuts: createOptOuts(storage.tables, () => it.now),
    settings: { ratesPerMinute, repeatabilityWindowSeconds: 300 },
    now: () => it.now,
    acs: () => session,
    tell: async (event, { id }) => void events.push(`${event} ${id}`),
  });
  rigs += 1;
  const it: Rig = { engine, storage, sent, events, replies, now: NOW + rigs * DAY_MILLISECONDS };
  return it;
}

export function submit(
  { engine }: Rig,
  request: Partial<SubmitSmsBatchRequest> = {},
  { id, client } = { id: ID, client: CLIENT },
): Promise<SmsBatch> {
  const list = request.csv === undefined ? { recipients: numbers(3) } : {};
  return submitBatch(engine, { id, client, request: { from: FROM, message: 'Hello', ...list, ...request } });
}

/** Submitted, and given its sending times. */
export async function split(it: Rig, request: Partial<SubmitSmsBatchRequest> = {}): Promise<void> {
  await submit(it, request);
  await splitBatch(it.engine, { client: CLIENT, batch: ID });
}

export async function batchOf({ engine }: Rig): Promise<Batch> {
  const batch = await engine.batches.get(CLIENT, ID);
  if (!batch) throw new Error('There is no batch.');
  return batch;
}

export function send({ engine }: Rig, chunk = 0): Promise<void> {
  return sendChunk(engine, { client: CLIENT, batch: ID, chunk });
}

/** Chunks that are on the queue, in the order in which they were put there. */
export function queuedChunks({ storage }: Rig): number[] {
  return storage.messages(CHUNK_QUEUE).map((it) => chunkMessage.parse(it).chunk);
}

export async function statesOf({ engine }: Rig, chunk = 0) {
  const stored = await engine.ledger.get(ID, chunk);
  return { ...stored?.state, results: stored?.state.results.map((result) => result?.[0] ?? 'open') };
}

/** The same storage, seen by an instance that has started with other settings. */
export function restarted({ engine }: Rig, clients: BatchEngine['clients']): BatchEngine {
  return { ...engine, clients };
}

/** A process that dies when it is about to emit an event. */
export function dyingOf({ engine }: Rig): BatchEngine {
  return createEngine({ ...engine, tell: () => Promise.reject(new Error('the process dies')) });
}

/** The batches that the sweep looks after. */
export async function activeOf({ engine }: Rig): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of engine.batches.active()) ids.push(id);
  return ids;
}
