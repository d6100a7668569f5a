import { randomBytes } from 'node:crypto';
import { importKey, type SigningKey } from '../../../../shared/signing/sign.ts';

export type KeyName = 'primary' | 'secondary';

/** As long as those of ACS. */
const KEY_BYTES = 64;

/** The resource's two access keys, either of which opens everything. What is regenerated lasts until the process ends. */
export class AccessKeys {
  readonly #keys: Map<KeyName, string>;
  readonly #secrets: string[];
  #signingKeys: readonly SigningKey[];

  /** @throws TypeError when a key is not base64 */
  constructor([primary, secondary]: readonly [primary: string, secondary?: string]) {
    this.#keys = new Map([['primary', primary]]);
    if (secondary !== undefined) this.#keys.set('secondary', secondary);
    this.#secrets = [...this.#keys.values()];
    this.#signingKeys = this.#secrets.map(importKey);
  }

  /** Those that are good now. */
  get signingKeys(): readonly SigningKey[] {
    return this.#signingKeys;
  }

  /** Every key that ever was one, for masking. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** Base64; undefined for a secondary key that was never made. */
  get(name: KeyName): string | undefined {
    return this.#keys.get(name);
  }

  /** Puts a new key in the place of one, which is refused from now on. */
  regenerate(name: KeyName): void {
    const key = randomBytes(KEY_BYTES).toString('base64');
    this.#keys.set(name, key);
    this.#secrets.push(key);
    this.#signingKeys = [...this.#keys.values()].map(importKey);
  }
}
