import type { OwnStack } from '../../setup/ownStack.ts';

export interface Submitted {
  /** Recipients with a durable result. */
  resultCount(): Promise<number>;
  /** Recipients of whom it says that it does not know whether they were sent to. */
  inDoubtCount(): Promise<number>;
}

export interface HowToSend {
  /** Recipients of one call of the provider. */
  readonly perCall: number;
  /** Repeatability ids are the same in every attempt. Switchboard's are always. */
  readonly sameIds?: boolean;
}

/** A queue with its worker process, both running. */
export interface Session {
  /** Resolves when the work is stored durably. */
  submit(recipients: readonly string[], how: HowToSend): Promise<Submitted>;
  /** Ends the worker process as a power cut would; resolves when the next one works. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** What is measured. */
export interface Contender {
  /** In the names of figures. */
  readonly name: string;
  /** In the table. */
  readonly label: string;
  open(stack: OwnStack): Promise<Session>;
}
