import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A key for the local storage. Azurite's own is public: with it, any web page could sign a URL that puts a message on a
 * queue, and send that without a preflight.
 */
export function newStorageKey(): string {
  return randomBytes(64).toString('base64');
}

/** The key in a folder, so that connection strings outlive a start; a new one when there is none. */
export function ensureStorageKey(directory: string): string {
  const file = join(directory, 'storage.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = newStorageKey();
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
