export interface EmailEvent {
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

/** Returns the sender's address without angle brackets. */
export function senderOf({ content }: Pick<EmailEvent, 'content'>): string {
  return withoutBrackets(String(content['senderAddress']));
}

/** `<a@b.example>` → `a@b.example`: ACS accepts both. */
export function withoutBrackets(address: string): string {
  return /^<([^<>]*)>$/.exec(address)?.[1] ?? address;
}

interface EmailFilter {
  readonly to?: string | undefined;
  /** Maximum number of messages; the newest are returned. */
  readonly top?: number | undefined;
}

/** The accepted email messages by operation id. */
export class EmailStore {
  readonly #emails = new Map<string, EmailEvent>();

  find(operationId: string): EmailEvent | undefined {
    return this.#emails.get(operationId.toLowerCase());
  }

  list({ to, top }: EmailFilter): object[] {
    const address = to?.toLowerCase();
    const matching = [...this.#emails.values()].filter(
      ({ addresses }) => address === undefined || addresses.includes(address),
    );
    const newest = top === undefined ? matching : matching.slice(Math.max(0, matching.length - top));
    return newest.map(({ id, at, content }) => ({ id, receivedAt: new Date(at).toISOString(), ...content }));
  }

  clear(): void {
    this.#emails.clear();
  }

  apply(event: EmailEvent): void {
    this.#emails.set(event.id.toLowerCase(), event);
  }
}
