import { randomBytes } from 'node:crypto';
import { importKey, type SigningKey } from '../../../../shared/signing/sign.ts';

export type KeyName = 'primary' | 'secondary';

/** The length of ACS's keys. */
const KEY_BYTES = 64;

/** Returns a new access key in base64. */
export function createAccessKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** The resource's two access keys; both grant full access. Regenerated keys last until the process ends. */
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

  /** The currently valid keys. */
  get signingKeys(): readonly SigningKey[] {
    return this.#signingKeys;
  }

  /** Every key that was ever valid, for masking. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** Base64; undefined if there is no secondary key. */
  get(name: KeyName): string | undefined {
    return this.#keys.get(name);
  }

  /** Replaces a key; the old one is rejected from now on. */
  regenerate(name: KeyName): void {
    const key = createAccessKey();
    this.#keys.set(name, key);
    this.#secrets.push(key);
    this.#signingKeys = [...this.#keys.values()].map(importKey);
  }
}
