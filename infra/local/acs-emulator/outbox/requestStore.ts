import type { Fault } from '../http/fault.ts';
import type { Channel } from '../inspection/items.ts';

/** A body, of which only the beginning is kept. */
export interface KeptBody {
  readonly sizeBytes: number;
  readonly start: Uint8Array;
}

/** What it takes, besides the request, to find out later why a signature was refused. */
export interface SignatureRefusal {
  /** base64(SHA-256) of the whole body. */
  readonly bodyHash: string;
  readonly isHttps: boolean;
  /** The time of the clock that signatures are verified with. */
  readonly at: Date;
}

/** A request to one of the services, and its outcome. */
export interface ReceivedExchange {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  /** As received: names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: KeptBody;
  /** Absent if no operation has this path. */
  readonly operation: string | undefined;
  readonly durationMilliseconds: number;
  readonly clientRequestId: string | undefined;
  readonly status: number | 'timeout' | 'reset';
  /** Absent if none was sent. */
  readonly answer: { readonly headers: Readonly<Record<string, string>>; readonly body: KeptBody } | undefined;
  readonly errorCode: string | undefined;
  /** That struck. */
  readonly fault: Fault | undefined;
  readonly isRepeat: boolean;
  /** Present if the signature was refused. */
  readonly refusal: SignatureRefusal | undefined;
  /** The first that it created. */
  readonly items: readonly { readonly channel: Channel; readonly id: string }[];
}

/** What is kept of each body. */
const KEPT_BYTES = 16 * 1024;

export function keepBody(bytes: Uint8Array): KeptBody {
  // A copy, so that the rest is not kept with it.
  return {
    sizeBytes: bytes.length,
    start: bytes.length > KEPT_BYTES ? Buffer.from(bytes.subarray(0, KEPT_BYTES)) : bytes,
  };
}

/** The requests to the four services, in memory only. */
export class RequestStore {
  readonly #exchanges = new Map<string, ReceivedExchange>();

  find(id: string): ReceivedExchange | undefined {
    return this.#exchanges.get(id);
  }

  add(exchange: ReceivedExchange): void {
    this.#exchanges.set(exchange.id, exchange);
  }

  remove(id: string): void {
    this.#exchanges.delete(id);
  }

  clear(): void {
    this.#exchanges.clear();
  }
}
