import { OUTCOMES_QUEUE } from '../../../../shared/contract/queueMessage.ts';
import type { MemoryStorage } from '../../../setup/memoryStorage.ts';

/** A message on a queue, as the Functions host has it. */
export interface Message {
  readonly queue: string;
  readonly text: string;
  /** How often it was taken. */
  tries: number;
  visibleOn: number;
  isTaken: boolean;
}

/** The delay until a message is visible again: after an error by the host, after a crash by the queue. */
const SHOWN_AFTER_ERROR = 15_000;
const SHOWN_AFTER_DEATH = 600_000;
const MAXIMUM_TRIES = 10;

/** Queues by the Functions host's rules: at-least-once delivery, retries after errors, finally the poison queue. */
export class HostQueues {
  messages: Message[] = [];
  readonly #storage: MemoryStorage;
  readonly #now: () => number;
  #read = 0;

  constructor(storage: MemoryStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** Receives what was sent since the last call. */
  receive(): void {
    for (const { queue, text, options } of this.#storage.sent.slice(this.#read)) {
      if (queue === OUTCOMES_QUEUE) continue; // read by the client
      const visibleOn = this.#now() + (options.delaySeconds ?? 0) * 1000;
      this.messages.push({ queue, text, tries: 0, visibleOn, isTaken: false });
    }
    this.#read = this.#storage.sent.length;
  }

  put(queue: string, text: string): void {
    this.messages.push({ queue, text, tries: 0, visibleOn: this.#now(), isTaken: false });
  }

  visible(): Message[] {
    return this.messages.filter(({ isTaken, visibleOn }) => !isTaken && visibleOn <= this.#now());
  }

  nextVisibleOn(): number | undefined {
    const times = this.messages.filter(({ isTaken }) => !isTaken).map(({ visibleOn }) => visibleOn);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  take(message: Message): void {
    message.isTaken = true;
    message.tries += 1;
  }

  /** The same message once more: queues deliver at least once. */
  copy(message: Message): void {
    this.messages.push({ ...message, isTaken: false, visibleOn: this.#now() });
  }

  settle(message: Message, end: 'done' | 'error' | 'death'): void {
    message.isTaken = false;
    if (end === 'done') this.messages = this.messages.filter((it) => it !== message);
    else if (message.tries >= MAXIMUM_TRIES) this.poison(message);
    else message.visibleOn = this.#now() + (end === 'error' ? SHOWN_AFTER_ERROR : SHOWN_AFTER_DEATH);
  }

  poison(message: Message): void {
    this.messages = this.messages.filter((it) => it !== message);
    const queue = message.queue.endsWith('-poison') ? message.queue : `${message.queue}-poison`;
    this.messages.push({ ...message, queue, tries: 0, visibleOn: this.#now(), isTaken: false });
  }
}
