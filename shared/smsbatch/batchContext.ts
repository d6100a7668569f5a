import QuickLRU from 'quick-lru';
import type { AcsSession } from '../acs/session.ts';
import type { Audit } from '../audit/auditRecorder.ts';
import type { Clients } from '../clients/clients.ts';
import type { SmsDeliveryReport } from '../contract/acsEvent.ts';
import type { OptOuts } from '../optouts/optOuts.ts';
import { createSenderStore, type SenderStore } from '../pacing/senderStore.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import type { Settings } from '../settings/settings.ts';
import { Coalescer } from '../storage/coalescer.ts';
import type { Storage } from '../storage/storage.ts';
import { REMEMBERED_MILLISECONDS } from './batch.ts';
import { type BatchStore, createBatchStore } from './ledger/batches.ts';
import type { ChunkState } from './ledger/chunks.ts';
import { createLedger, type Ledger } from './ledger/ledger.ts';
import { ChunkRecipients } from './recipients/recipientsFile.ts';

/** Delivery reports of a chunk that were recorded together. */
export interface WrittenReports {
  /** Those that belong to a message of the chunk. */
  readonly own: ReadonlySet<SmsDeliveryReport>;
  /** Whether the chunk has as many reports as accepted messages. As long as one has not, its batch is not fully reported. */
  readonly mayBeLast: boolean;
}

/** What the steps of a batch (submit, split, send, sweep, …) depend on. One per process. */
export interface BatchContext extends BatchDependencies {
  readonly batches: BatchStore;
  readonly ledger: Ledger;
  readonly senders: SenderStore;
  readonly recipients: ChunkRecipients;
  /** Delivery reports waiting to be written, by batch and chunk: reports that arrive together are written together. */
  readonly reportWrites: Coalescer<SmsDeliveryReport, WrittenReports>;
  /** Chunks for which delivery reports have arrived, by batch and chunk, as they were read when they were done. */
  readonly doneChunks: QuickLRU<string, ChunkState>;
  /** Checks whether all delivery reports have arrived, by batch. */
  readonly reportChecks: Coalescer<undefined, void>;
  /** Checks whether a batch is complete, by batch. */
  readonly completionChecks: Coalescer<undefined, void>;
}

export interface BatchDependencies {
  readonly storage: Storage;
  readonly optOuts: OptOuts;
  /** Clients by the current settings, which may allow less than when a batch was submitted. */
  readonly clients: Pick<Clients, 'ownerNamed'>;
  readonly audit: Pick<Audit, 'record'>;
  /** Ids, tags and the seals of queue messages are derived from this. */
  readonly secret: () => Promise<ServerSecret>;
  readonly settings: Settings['sms'];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly acs: (clientRequestId: string) => AcsSession;
}

/** At least. The results of one take up to 200 KB. */
const REMEMBERED_CHUNKS = 20;

const SENDERS_TABLE = 'smssenders';

export function createBatchContext(dependencies: BatchDependencies): BatchContext {
  const { storage, now } = dependencies;
  return {
    ...dependencies,
    batches: createBatchStore(storage.tables, now),
    ledger: createLedger(storage.tables),
    senders: createSenderStore(storage.tables, SENDERS_TABLE, now),
    recipients: new ChunkRecipients(storage, now),
    reportWrites: new Coalescer(),
    doneChunks: new QuickLRU({ maxSize: REMEMBERED_CHUNKS, maxAge: REMEMBERED_MILLISECONDS }),
    reportChecks: new Coalescer(),
    completionChecks: new Coalescer(),
  };
}
