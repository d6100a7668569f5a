export interface Typing {
  readonly rawId: string;
  readonly displayName?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How long a notification is shown. ACS does not say: clients decide. */
const SHOWN_MILLISECONDS = 8000;

/** Typing notifications of the last seconds. In memory only. */
export class TypingNotifications {
  /** The newest one of each user, by thread. */
  readonly #threads = new Map<string, Map<string, Typing>>();

  note(threadId: string, typing: Typing): void {
    const recent = this.#recent(threadId, typing.at).filter(({ rawId }) => rawId !== typing.rawId);
    this.#threads.set(threadId, new Map([...recent, typing].map((it) => [it.rawId, it])));
  }

  /** Returns the notifications of the last 8 seconds, oldest first. */
  list(threadId: string, now: number): readonly Typing[] {
    const recent = this.#recent(threadId, now);
    if (recent.length === 0) this.#threads.delete(threadId);
    return recent;
  }

  forget(threadId: string): void {
    this.#threads.delete(threadId);
  }

  clear(): void {
    this.#threads.clear();
  }

  #recent(threadId: string, now: number): Typing[] {
    const all = this.#threads.get(threadId)?.values() ?? [];
    return [...all].filter(({ at }) => at > now - SHOWN_MILLISECONDS);
  }
}
