/**
 * A recipient's status in a delivery report. Anything but `Delivered` is a failure, except `Expanded`: the message went to
 * the members of a list.
 *
 * @see "Azure Communication Services - Email events"
 */
export const DELIVERY_STATUSES = [
  'Delivered',
  'Bounced',
  'Suppressed',
  'Quarantined',
  'FilteredSpam',
  'Failed',
  'Expanded',
] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface EmailAccepted {
  readonly store: 'email';
  readonly type: 'accepted';
  /** The operation id, which is also the message id. */
  readonly id: string;
  readonly at: number;
  readonly content: Readonly<Record<string, unknown>>;
  /** Lower-case addresses of to, cc and bcc. */
  readonly addresses: readonly string[];
  /** When the delivery reports are published as events; absent: never. */
  readonly eventsAt?: number;
}

/** A known operation id was used again. */
interface EmailRepeated {
  readonly store: 'email';
  readonly type: 'repeated';
  readonly id: string;
}

/** The status of one recipient was set by hand. */
export interface EmailDeliverySet {
  readonly store: 'email';
  readonly type: 'deliverySet';
  readonly id: string;
  readonly at: number;
  readonly sender: string;
  /** In lower case. */
  readonly recipient: string;
  readonly status: DeliveryStatus;
  /** Unique: a state can be set several times. */
  readonly changeId: string;
  readonly eventsAt?: number;
}

interface EmailRemoved {
  readonly store: 'email';
  readonly type: 'removed';
  readonly id: string;
}

export type EmailEvent = EmailAccepted | EmailRepeated | EmailDeliverySet | EmailRemoved;

export interface StoredEmail extends Omit<EmailAccepted, 'store' | 'type' | 'eventsAt'> {
  repeats: number;
  /** The statuses that were set by hand, by recipient. */
  readonly statuses: ReadonlyMap<string, DeliveryStatus>;
}

/** Returns the sender's address without angle brackets. */
export function senderOf({ content }: Pick<EmailAccepted, 'content'>): string {
  return withoutBrackets(String(content['senderAddress']));
}

/** `<a@b.example>` → `a@b.example`: ACS accepts both. */
export function withoutBrackets(address: string): string {
  return /^<([^<>]*)>$/.exec(address)?.[1] ?? address;
}

/** The id of a message in its headers, and in its delivery reports. */
export function internetMessageId(id: string, sender: string): string {
  return `<${id}@${sender.slice(sender.indexOf('@') + 1)}>`;
}

interface EmailFilter {
  readonly to?: string | undefined;
  /** Maximum number of messages; the newest are returned. */
  readonly top?: number | undefined;
}

/** The accepted email messages by operation id. */
export class EmailStore {
  readonly #emails = new Map<string, StoredEmail>();

  find(operationId: string): StoredEmail | undefined {
    return this.#emails.get(operationId.toLowerCase());
  }

  /** Returns all messages, oldest first. */
  all(): StoredEmail[] {
    return [...this.#emails.values()];
  }

  list({ to, top }: EmailFilter): object[] {
    const address = to?.toLowerCase();
    const matching = [...this.#emails.values()].filter(
      ({ addresses }) => address === undefined || addresses.includes(address),
    );
    const newest = top === undefined ? matching : matching.slice(Math.max(0, matching.length - top));
    return newest.map(({ id, at, content }) => ({ ...content, id, receivedAt: new Date(at).toISOString() }));
  }

  /** Adds a message of an earlier state. */
  restore(email: StoredEmail): void {
    this.#emails.set(email.id.toLowerCase(), email);
  }

  clear(): void {
    this.#emails.clear();
  }

  apply(event: EmailEvent): void {
    if (event.type === 'removed') {
      this.remove(event.id);
      return;
    }
    const key = event.id.toLowerCase();
    if (event.type === 'accepted') {
      const { id, at, content, addresses } = event;
      this.#emails.set(key, { id, at, content, addresses, repeats: 0, statuses: new Map() });
      return;
    }
    const email = this.#emails.get(key);
    if (!email) return;
    if (event.type === 'repeated') email.repeats += 1;
    else this.#emails.set(key, { ...email, statuses: new Map(email.statuses).set(event.recipient, event.status) });
  }

  remove(operationId: string): void {
    this.#emails.delete(operationId.toLowerCase());
  }
}
