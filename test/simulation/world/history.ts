// What a run has seen from outside: the world records it, the invariants judge it. Times are true (virtual) epoch
// milliseconds.

/** A request for SMS messages whose sending a process has started; its retries are part of it. */
export interface SmsRequest {
  readonly startedOn: number;
  readonly process: string;
  readonly from: string;
  readonly numbers: readonly string[];
  /** The ids by which ACS recognizes repetitions, one for each number. */
  readonly ids: readonly string[];
  readonly tag: string;
  readonly intent: string;
  /** The earliest first-sent time in it, as ACS reads it. */
  readonly firstSent: number;
}

/** A message that a person has received. */
export interface Delivery {
  readonly channel: 'sms' | 'email';
  /** What the caller asked for, once. It is part of the message's text. */
  readonly intent: string;
  readonly to: string;
  readonly from: string;
  /** The id by which ACS recognises a repetition. */
  readonly wireId: string;
  /** ACS's own id of the message; of an email, the id of the operation. */
  readonly messageId: string;
  readonly on: number;
}

/** What a caller asked for. */
export interface Intent {
  readonly name: string;
  readonly kind: 'batch' | 'sms' | 'email';
  readonly client: string;
  readonly from: string;
  /** Whom it is for, without invalid and repeated ones. */
  readonly recipients: readonly string[];
  readonly startedOn: number;
}

/** A batch that a caller knows to be accepted. */
export interface AcceptedBatch {
  readonly intent: Intent;
  readonly id: string;
  readonly rows: {
    readonly submitted: number;
    readonly total: number;
    readonly duplicates: number;
    readonly invalid: number;
  };
  /** Redrives that may have begun, whatever their answer; each resends what has failed. */
  redrives: number;
  /** Of these, the ones that also resend what is in doubt. */
  redrivesInDoubt: number;
  /** When a caller got the answer that it is canceled; undefined as long as none did. */
  canceledOn: number | undefined;
  /** Whether its client has asked for its cancellation. */
  mayBeCanceled: boolean;
}

/** An event that Switchboard has emitted. */
export interface EmittedEvent {
  readonly queue: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly client: string | undefined;
  readonly data: unknown;
}

/** A person's choice that Switchboard has recorded. */
export interface RecordedChoice {
  readonly number: string;
  readonly sender: string;
  readonly optedOut: boolean;
  /** When the person made it. */
  readonly madeOn: number;
  /** Until then it was certainly recorded. */
  readonly recordedOn: number;
}

/** A read of a sender's opt-outs by a process. */
export interface OptOutRead {
  readonly process: string;
  readonly startedOn: number;
  readonly endedOn: number;
}

/** A call by which a process learns the state of a batch. */
export interface BatchRead extends OptOutRead {
  readonly rowKey: string;
}

/** A request over HTTP and what its caller knows of it. */
export interface AnsweredCall {
  readonly client: string;
  readonly operation: string;
  readonly intent: string | undefined;
  readonly startedOn: number;
  readonly endedOn: number;
  readonly status: number;
  readonly isReplayed: boolean;
  /** 1 for the first time that the caller made it. */
  readonly attempt: number;
  /** Recipients who count towards the client's limits because of this answer. */
  readonly counted: number;
}

/** A time in which no process has a permission of a client. */
export interface Revocation {
  readonly client: string;
  /** Undefined: every sender. */
  readonly sender: string | undefined;
  /** When the last process that had it ended. */
  readonly from: number;
  to: number;
}

/** Everything that a run has seen. */
export class History {
  readonly intents = new Map<string, Intent>();
  readonly requests: SmsRequest[] = [];
  readonly deliveries: Delivery[] = [];
  /** By intent and recipient. */
  readonly received = new Map<string, Delivery[]>();
  readonly batches = new Map<string, AcceptedBatch>();
  readonly events: EmittedEvent[] = [];
  readonly choices: RecordedChoice[] = [];
  /** By which events name the emails that a caller knows to be accepted. */
  readonly emailSubjects = new Set<string>();
  readonly optOutReads: OptOutRead[] = [];
  readonly batchReads: BatchRead[] = [];
  readonly calls: AnsweredCall[] = [];
  readonly revocations: Revocation[] = [];
  /** Clients that have lacked a permission at some time, or a moment later will. */
  readonly revokedClients = new Set<string>();
  /** Errors in the log of an invocation that only a mistake in the program explains. */
  readonly mistakes: string[] = [];
  /** Whether everything has happened on one UTC day. */
  spansOneDay: boolean = false;

  deliver(delivery: Delivery): void {
    this.deliveries.push(delivery);
    const key = receiptKey(delivery.intent, delivery.to);
    const known = this.received.get(key);
    if (known) known.push(delivery);
    else this.received.set(key, [delivery]);
  }

  receivedBy(intent: string, to: string): readonly Delivery[] {
    return this.received.get(receiptKey(intent, to)) ?? [];
  }
}

function receiptKey(intent: string, to: string): string {
  return `${intent} ${to}`;
}

/** The name of an intent in a message's text. */
export function intentIn(text: string): string {
  return /#([a-z]+-\d+)/.exec(text)?.[1] ?? '';
}
