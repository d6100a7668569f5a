import type { AcsSession } from '../acs/session.ts';
import type { Clients } from '../clients/clients.ts';
import type { SmsDeliveryReport } from '../contract/deliveryReport.ts';
import type { SmsBatchCounts } from '../contract/smsBatch.ts';
import type { OptOuts } from '../optouts/optOuts.ts';
import { createSenderStore, type SenderStore } from '../pacing/senderStore.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import type { Settings } from '../settings/settings.ts';
import { Coalescer } from '../storage/coalescer.ts';
import type { Storage } from '../storage/storage.ts';
import type { Batch, BatchEvent } from './batch.ts';
import { type BatchStore, createBatchStore } from './ledger/batches.ts';
import { createLedger, type Ledger } from './ledger/chunks.ts';
import { ChunkRecipients } from './send/chunkRecipients.ts';

/** What the steps of a batch (submit, split, send, sweep, …) work with. */
export interface BatchEngine {
  readonly storage: Storage;
  readonly batches: BatchStore;
  readonly ledger: Ledger;
  readonly senders: SenderStore;
  readonly optOuts: OptOuts;
  /** What they may do now, which may be less than when they submitted a batch. */
  readonly clients: Pick<Clients, 'ownerNamed'>;
  readonly recipients: ChunkRecipients;
  /** What ids, tags and queue messages are derived from. */
  readonly secret: () => Promise<ServerSecret>;
  /** Delivery reports on their way into the account, by batch and chunk: those that come together are written together. */
  readonly reportWrites: Coalescer<SmsDeliveryReport, ReadonlySet<SmsDeliveryReport>>;
  /** Looks at whether they all have come, by batch. */
  readonly reportLooks: Coalescer<undefined, void>;
  /** When this process last looked whether a batch is done, by its id. It only saves queries: the sweep finds them all. */
  readonly lastLooks: Map<string, number>;
  readonly settings: Settings['sms'];
  readonly now: () => number;
  readonly acs: (clientRequestId: string) => AcsSession;
  /** Tells an event; a repetition bears the same id. */
  readonly tell: (event: BatchEvent, batch: Batch, counts: SmsBatchCounts) => Promise<void>;
}

const SENDERS_TABLE = 'smssenders';

type EngineFacts = Pick<
  BatchEngine,
  'storage' | 'optOuts' | 'clients' | 'secret' | 'settings' | 'now' | 'acs' | 'tell'
>;

export function createEngine(facts: EngineFacts): BatchEngine {
  const { tables } = facts.storage;
  return {
    ...facts,
    batches: createBatchStore(tables, facts.now),
    ledger: createLedger(tables),
    recipients: new ChunkRecipients(facts.storage, facts.now),
    reportWrites: new Coalescer(),
    reportLooks: new Coalescer(),
    lastLooks: new Map(),
    senders: createSenderStore(tables, SENDERS_TABLE, facts.now),
  };
}
