/** One job of a queue library: the recipients of one call of the provider. */
export interface SmsJob {
  /** All jobs of one submission. */
  readonly batch: string;
  readonly from: string;
  readonly message: string;
  readonly recipients: readonly string[];
  /**
   * Each recipient's message has the same repeatability id in every attempt, first sent at this time (RFC 1123). Absent: the
   * ids are random in each call, as those of the official SDK.
   */
  readonly firstSent?: string;
}

/** The message id of each recipient. */
export type SmsResults = Readonly<Record<string, string>>;

/** Sends the messages of a job with one call. */
export type Send = (job: SmsJob) => Promise<SmsResults>;

/** A queue of one of the libraries, with a durable result for each recipient in the same server. */
export interface PeerQueue {
  /** Resolves when all jobs are stored. */
  enqueue(jobs: readonly SmsJob[]): Promise<void>;
  /** How many recipients of a batch have a stored result. */
  resultCount(batch: string): Promise<number>;
  /** Handles jobs until this process ends, so many at a time. Resolves when it has begun. */
  work(send: Send, concurrency: number): Promise<void>;
  close(): Promise<void>;
}

/** Each library's module exports one as `open`. @param server its connection string @param name of the queue */
export type OpenQueue = (server: string, name: string) => Promise<PeerQueue>;
