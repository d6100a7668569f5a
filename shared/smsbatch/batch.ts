import type { SmsSendOptions } from '../contract/sms.ts';
import type { BatchState, EmptyPlaceholders, InvalidRecipient } from '../contract/smsBatch.ts';
import type { SenderPace } from '../pacing/senderTime.ts';
import type { SegmentCount } from './recipients/template.ts';

/** What is fixed when a batch is accepted. Times are epoch milliseconds. */
export interface BatchFacts {
  readonly id: string;
  readonly client: string;
  readonly from: string;
  /** As submitted, with its placeholders. */
  readonly message: string;
  readonly options: SmsSendOptions;
  readonly createdOn: number;
  readonly sendAt: number | undefined;
  readonly total: number;
  readonly chunkSize: number;
  readonly chunkCount: number;
  readonly pace: SenderPace;
  readonly encoding: SegmentCount['encoding'];
  readonly segmentsTotal: number;
  readonly segmentsPerMessageMaximum: number;
  readonly duplicates: number;
  readonly invalidCount: number;
  /** Absent in rows that an older version has written. */
  readonly emptyPlaceholders?: EmptyPlaceholders;
}

/** An outcome event of a batch. */
export type BatchEvent = 'accepted' | 'completed' | 'reported' | 'canceled' | 'failed';

/** An event that is to be emitted, and the number of redrives at the time: part of the event's id. */
export interface OwedEvent {
  readonly event: BatchEvent;
  readonly redrives: number;
}

/** What changes while it is sent. */
export interface BatchProgress {
  readonly state: BatchState;
  /** The first chunk that has no sending time yet. */
  readonly nextChunk: number;
  /** When the chunk before that is to be sent. */
  readonly lastChunkOn: number;
  /** When the split has to come back at the latest; later than this, it died. */
  readonly splitDueOn: number;
  /** How often it was redriven, and whether the last time included what is in doubt. */
  readonly redrives: number;
  readonly redriveInDoubt: boolean;
  /** The last redrive of which every chunk is open again: before that, a batch without open recipients is not done. */
  readonly reopened: number;
  /** One more than the redrives when it was told that all delivery reports have come; 0 before that. */
  readonly reported: number;
  readonly completedOn: number | undefined;
  readonly reason: string | undefined;
  /** Canceled because its client may no longer send it: it can be redriven once the client may again. */
  readonly isRevoked: boolean;
  /** Its events that are not yet recorded as emitted; oldest first. */
  readonly owed: readonly OwedEvent[];
  /** Its retention period has ended and Switchboard is deleting it; set once, before anything is deleted. */
  readonly isExpired: boolean;
}

export interface Batch extends BatchFacts, BatchProgress {
  readonly invalid: InvalidList;
  readonly etag: string;
}

/** The invalid recipients, kept beside the facts. */
export type InvalidList = readonly InvalidRecipient[];

/** Storage names. Recipients and chunk index of a batch are two blobs under its id. */
export const BATCHES_CONTAINER = 'sms-batches';
export const recipientsBlob = (batchId: string) => `${batchId}/recipients.ndjson`;
export const chunkIndexBlob = (batchId: string) => `${batchId}/chunks.json`;
export const SPLIT_QUEUE = 'sms-batch-splits';
export const CHUNK_QUEUE = 'sms-chunks';

/** Whether nothing more happens to the batch by itself. */
export function isOver(state: BatchState): boolean {
  return state === 'completed' || state === 'canceled' || state === 'failed';
}

/** Every chunk has its sending time. */
export function isSplit({ nextChunk, chunkCount, redrives, reopened }: Batch): boolean {
  return nextChunk === chunkCount && reopened === redrives;
}

/** How long a split may take before the sweep starts another one. */
export const SPLIT_GRACE_MILLISECONDS = 60_000;
