import type { SmsSendOptions } from '../contract/sms.ts';
import type { BatchState, EmptyPlaceholders, InvalidRecipient } from '../contract/smsBatch.ts';
import type { SenderPace } from '../pacing/senderTime.ts';
import type { SegmentCount } from './recipients/template.ts';

/**
 * How long a process remembers what is fixed about a batch, since it last needed it. A batch is deleted after 14 days or more;
 * then another one can have its id.
 */
export const REMEMBERED_MILLISECONDS = 60 * 60_000;

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
  /** Absent in rows written by older versions. */
  readonly emptyPlaceholders?: EmptyPlaceholders;
}

/** An outcome event of a batch. */
export type BatchEvent = 'accepted' | 'completed' | 'reported' | 'canceled' | 'failed';

/** An event that is still to be emitted. The number of redrives at the time is part of the event's id. */
export interface PendingEvent {
  readonly event: BatchEvent;
  readonly redrives: number;
}

/** What changes while a batch is sent. Times are epoch milliseconds. */
export interface BatchProgress {
  readonly state: BatchState;
  /** The first chunk that has no send time yet. */
  readonly nextChunk: number;
  /** Send time of the chunk before `nextChunk`. */
  readonly lastChunkOn: number;
  /** When the next run of the split is due. If this has passed, the split has died. */
  readonly splitDueOn: number;
  readonly redrives: number;
  /** Whether the last redrive includes the recipients in doubt. */
  readonly redriveInDoubt: boolean;
  /** The last redrive whose chunks have all been reopened. Until it equals `redrives`, the batch is not complete. */
  readonly reopened: number;
  /** `redrives` + 1 once the `reported` event has been emitted; 0 before. */
  readonly reported: number;
  readonly completedOn: number | undefined;
  readonly reason: string | undefined;
  /** Canceled because its client lost permission to send it. It can be redriven once the client has permission again. */
  readonly isRevoked: boolean;
  /** Events not yet recorded as emitted, oldest first. */
  readonly pendingEvents: readonly PendingEvent[];
  /** The retention period has ended and the batch is being deleted. Set once, before anything is deleted. */
  readonly isExpired: boolean;
}

export interface Batch extends BatchFacts, BatchProgress {
  readonly invalid: InvalidList;
  readonly etag: string;
}

/** The first invalid recipients of a submission. */
export type InvalidList = readonly InvalidRecipient[];

/** A batch has two blobs under its id: its recipients and the offsets of its chunks. */
export const BATCHES_CONTAINER = 'sms-batches';
export const recipientsBlob = (batchId: string) => `${batchId}/recipients.ndjson`;
export const chunkIndexBlob = (batchId: string) => `${batchId}/chunks.json`;

/** Whether the state is final, until the batch is redriven. */
export function isOver(state: BatchState): boolean {
  return state === 'completed' || state === 'canceled' || state === 'failed';
}

/** Whether every chunk has its send time. */
export function isSplit({ nextChunk, chunkCount, redrives, reopened }: Batch): boolean {
  return nextChunk === chunkCount && reopened === redrives;
}

/** How late a split may be before the sweep starts another one. */
export const SPLIT_GRACE_MILLISECONDS = 60_000;
