import { MAXIMUM_DELAY_SECONDS } from '../../../../shared/storage/queues.ts';
import type { Faults, Random, ReceivedMessage, StoredMessage } from '../types.ts';
import { storageError } from './storageError.ts';

/** @see https://learn.microsoft.com/azure/storage/queues/scalability-targets */
const MAXIMUM_MESSAGE_BYTES = 64 * 1024;
const MAXIMUM_MESSAGES = 32;

interface Message {
  readonly id: string;
  readonly text: string;
  readonly insertedOn: number;
  dequeueCount: number;
  popReceipt: string;
  /** As reported. */
  nextVisibleOn: number;
  /** When it really can be received: up to a second early or late. */
  visibleOn: number;
}

export interface QueueChance {
  readonly now: () => number;
  readonly random: Random;
  readonly faults: Faults;
}

const ABOUT_MILLISECONDS = 1000;

/**
 * The messages of one queue, and what single requests do to them. Each method is one request and takes effect at one moment.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api
 */
export class QueueData {
  readonly #messages = new Map<string, Message>();
  readonly #chance: QueueChance;
  #receipts = 0;

  constructor(chance: QueueChance) {
    this.#chance = chance;
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/put-message */
  send(text: string, delaySeconds: number): void {
    assertDelay(delaySeconds);
    if (Buffer.byteLength(text) > MAXIMUM_MESSAGE_BYTES) throw storageError(413, 'RequestBodyTooLarge');
    const insertedOn = this.#chance.now();
    const id = this.#chance.random.uuid();
    const message = { id, text, insertedOn, dequeueCount: 0, popReceipt: '', nextVisibleOn: 0, visibleOn: 0 };
    this.#hide(message, delaySeconds);
    this.#messages.set(id, message);
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/get-messages */
  receive(maximum: number, visibilitySeconds: number): ReceivedMessage[] {
    assertDelay(visibilitySeconds);
    if (maximum < 1 || maximum > MAXIMUM_MESSAGES) throw storageError(400, 'OutOfRangeQueryParameterValue');
    const now = this.#chance.now();
    const all = [...this.#messages.values()];
    const visible = all.filter(({ visibleOn }) => visibleOn <= now);
    visible.sort((one, other) => one.visibleOn - other.visibleOn); // stable: then in order of insertion
    const held = all.filter(({ visibleOn, dequeueCount }) => visibleOn > now && dequeueCount > 0);
    const chosen: Message[] = [];
    while (chosen.length < maximum && visible.length > 0) {
      const isReordered = visible.length > 1 && this.#chance.faults.strikes('messageReordered');
      chosen.push(...visible.splice(isReordered ? this.#chance.random.integer(visible.length) : 0, 1));
    }
    if (held.length > 0 && chosen.length < maximum && this.#chance.faults.strikes('messageRedelivered')) {
      chosen.push(this.#chance.random.pick(held));
    }
    return chosen.map((message) => {
      message.dequeueCount += 1;
      this.#hide(message, visibilitySeconds);
      return snapshot(message);
    });
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/update-message */
  update(id: string, popReceipt: string, visibilitySeconds: number): ReceivedMessage {
    assertDelay(visibilitySeconds);
    const message = this.#held(id, popReceipt);
    this.#hide(message, visibilitySeconds);
    return snapshot(message);
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/delete-message2 */
  remove(id: string, popReceipt: string): void {
    this.#held(id, popReceipt);
    this.#messages.delete(id);
  }

  all(): StoredMessage[] {
    return [...this.#messages.values()].map(({ id, text, dequeueCount, nextVisibleOn }) => ({
      ...{ id, text, dequeueCount, visibleOn: nextVisibleOn },
    }));
  }

  clear(): void {
    this.#messages.clear();
  }

  #held(id: string, popReceipt: string): Message {
    const message = this.#messages.get(id);
    if (!message) throw storageError(404, 'MessageNotFound');
    if (message.popReceipt !== popReceipt) throw storageError(400, 'PopReceiptMismatch');
    return message;
  }

  #hide(message: Message, seconds: number): void {
    this.#receipts += 1;
    message.popReceipt = `receipt-${this.#receipts}`;
    message.nextVisibleOn = this.#chance.now() + 1000 * seconds;
    message.visibleOn = message.nextVisibleOn + (seconds > 0 ? this.#inaccuracy() : 0);
  }

  #inaccuracy(): number {
    const { faults, random } = this.#chance;
    if (faults.strikes('messageDelayed')) return random.next() * ABOUT_MILLISECONDS;
    return faults.strikes('messageEarly') ? -random.next() * ABOUT_MILLISECONDS : 0;
  }
}

function snapshot({ visibleOn: _actual, ...message }: Message): ReceivedMessage {
  return message;
}

function assertDelay(seconds: number): void {
  if (!Number.isInteger(seconds)) throw storageError(400, 'InvalidQueryParameterValue');
  if (seconds < 0 || seconds > MAXIMUM_DELAY_SECONDS) throw storageError(400, 'OutOfRangeQueryParameterValue');
}
