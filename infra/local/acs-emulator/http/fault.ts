/** A failure that the emulator answers with on purpose. Faults strike by count, never at random. */
export interface Fault {
  /** An operation name, such as `sendSms`, or `*` for every operation of the four services. */
  readonly operation: string;
  /** An HTTP status from 400 to 599, a response that never arrives, or a connection reset. */
  readonly status: number | 'timeout' | 'reset';
  readonly retryAfterSeconds?: number | undefined;
  /** Total number of strikes; unlimited if absent. */
  readonly count?: number | undefined;
  /** Strikes every n-th request; default 1. */
  readonly everyNth?: number | undefined;
  /** The request takes effect and only its response is lost. */
  readonly afterEffect?: boolean | undefined;
}
