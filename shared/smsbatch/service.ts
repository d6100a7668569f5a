import type { SmsDeliveryReport } from '../contract/deliveryReport.ts';
import type { SmsBatch } from '../contract/smsBatch.ts';
import { batchStatus, type ChargeRedrive, cancelBatch, failBatch, findBatch, redriveBatch } from './control.ts';
import type { BatchEngine } from './engine.ts';
import { forgetBatches } from './forget.ts';
import type { BatchName, ChunkName } from './messages.ts';
import { recordBatchReport } from './reports.ts';
import { batchResults, type ResultsPage, type ResultsQuery, resultsCsv } from './results.ts';
import { failChunk, sendChunk } from './send/sendChunk.ts';
import { splitBatch } from './split.ts';
import { batchesInProgress, listBatches } from './status.ts';
import type { Submission } from './submit.ts';
import { sweepBatches } from './sweep.ts';

/** Everything that can be done with batches: what clients ask for, and the steps of their way. */
export interface SmsBatches {
  submit(submission: Submission): Promise<SmsBatch>;
  /** What `submit` would answer, without keeping anything. */
  dryRun(submission: Submission): Promise<SmsBatch>;
  status(client: string, id: string): Promise<SmsBatch>;
  list(
    client: string,
    pageSize: number,
    after: string | undefined,
  ): Promise<{ readonly value: SmsBatch[]; readonly next: string | undefined }>;
  results(client: string, id: string, query: ResultsQuery): Promise<ResultsPage>;
  resultsCsv(results: ResultsPage['value']): string;
  /** A client's batches that are not over. */
  inProgress(client: string): AsyncIterable<SmsBatch>;
  /** @param reason where it is not the client that asks for it */
  cancel(client: string, id: string, reason?: string): Promise<SmsBatch>;
  /** @param charge counts the recipients that are sent to again, before that is begun */
  redrive(client: string, id: string, includeInDoubt: boolean, charge?: ChargeRedrive): Promise<SmsBatch>;
  /** Gives the next chunks their sending times. */
  split(message: BatchName): Promise<void>;
  send(message: ChunkName): Promise<void>;
  /** The split could not be done at all. */
  fail(client: string, id: string, reason: string): Promise<void>;
  /** The chunk could not be handled at all. */
  failChunk(message: ChunkName, reason: string): Promise<void>;
  /** Takes up what a process that died has left lying. */
  sweep(): Promise<void>;
  /** Whether the report is of a batch. */
  record(report: SmsDeliveryReport): Promise<boolean>;
  /** Forgets what was over before that time (epoch milliseconds). */
  forget(before: number, mayGoOn: () => boolean): Promise<void>;
}

export function createSmsBatches(engine: BatchEngine): SmsBatches {
  // The phone number rules are large, and nothing else needs them.
  const submitting = () => import('./submit.ts');
  return {
    submit: async (submission) => (await submitting()).submitBatch(engine, submission),
    dryRun: async (submission) => (await submitting()).dryRun(engine, submission),
    status: (client, id) => batchStatus(engine, client, id),
    list: (client, pageSize, after) => listBatches(engine, client, pageSize, after),
    results: async (client, id, query) => batchResults(engine, await findBatch(engine, client, id), query),
    resultsCsv,
    inProgress: (client) => batchesInProgress(engine, client),
    cancel: (client, id, reason) => cancelBatch(engine, client, id, reason),
    redrive: (client, id, includeInDoubt, charge) => redriveBatch(engine, client, id, includeInDoubt, charge),
    split: (message) => splitBatch(engine, message),
    send: (message) => sendChunk(engine, message),
    fail: (client, id, reason) => failBatch(engine, client, id, reason),
    failChunk: (message, reason) => failChunk(engine, message, reason),
    sweep: () => sweepBatches(engine),
    record: (report) => recordBatchReport(engine, report),
    forget: (before, mayGoOn) => forgetBatches(engine, before, mayGoOn),
  };
}
