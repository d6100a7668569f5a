import { checkConnection, hostToSign, type OwnAddresses } from './connectionCheck.ts';
import type { Signer } from './signedRequest.ts';
import { canSign, importWebKey } from './webSigning.ts';

/** Smaller differences are not worth mentioning: a signature is valid for 5 minutes. */
const NOTABLE_SKEW_SECONDS = 60;

const NO_WEB_CRYPTO =
  'Browsers sign only on pages with https or on this computer (localhost). Open this page under https, or copy the call as code.';

const NOT_CONNECTED = 'Paste the connection string of a client above, or copy the call as code.';

/** The key that this page signs with, in memory only, and what is known of the server's clock. */
export class Session {
  readonly #own: OwnAddresses;
  readonly #listeners = new Set<() => void>();
  #signer: Signer | undefined;
  #endpoint: string | undefined;
  #skewSeconds = 0;

  constructor(own: OwnAddresses) {
    this.#own = own;
  }

  /** Address of the Switchboard that requests are signed for; undefined without a key. */
  get endpoint(): string | undefined {
    return this.#endpoint;
  }

  /** Undefined without a key. */
  get signer(): Signer | undefined {
    return this.#signer;
  }

  /** What is wrong with this computer's clock, for a person to read. */
  get clockNotice(): string | undefined {
    const seconds = Math.round(Math.abs(this.#skewSeconds));
    if (seconds < NOTABLE_SKEW_SECONDS) return undefined;
    const direction = this.#skewSeconds > 0 ? 'behind' : 'ahead of';
    return (
      `This computer’s clock is ${durationText(seconds)} ${direction} the server’s. ` +
      'Signatures are refused from 5 minutes on: set the clock.'
    );
  }

  /** Whether the browser can sign on this page; if not, why. */
  get obstacle(): string | undefined {
    return canSign() ? undefined : NO_WEB_CRYPTO;
  }

  /** Why a request cannot be signed now. */
  get reason(): string {
    return this.obstacle ?? NOT_CONNECTED;
  }

  /** @throws TypeError that says what to paste instead, and never contains the key */
  async connect(text: string): Promise<void> {
    const { endpoint, accessKey } = checkConnection(text, this.#own);
    const key = await importWebKey(accessKey);
    this.#signer = { key, host: hostToSign(endpoint, this.#own), base: this.#own.page };
    this.#endpoint = endpoint;
    this.#announce();
  }

  forget(): void {
    this.#signer = undefined;
    this.#endpoint = undefined;
    this.#announce();
  }

  /** @param date of a response, as in HTTP */
  compareClock(date: string | undefined, now: Date): void {
    const time = Date.parse(date ?? '');
    if (Number.isNaN(time)) return;
    this.#skewSeconds = (time - now.getTime()) / 1000;
    this.#announce();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function durationText(seconds: number): string {
  const [amount, unit] = seconds < 7200 ? [Math.round(seconds / 60), 'minute'] : [Math.round(seconds / 3600), 'hour'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
