import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { once } from '../storage/connection.ts';
import type { Table, Tables } from '../storage/tables.ts';
import { UUID_BYTES, uuidOf } from './uuid.ts';

/**
 * Derives names and authentication codes that only this installation can produce. What is derived for one purpose says
 * nothing about another.
 */
export interface ServerSecret {
  /** HMAC-SHA256 of the purpose and the parts; two lists that differ in any part never have the same input. */
  mac(purpose: string, parts: readonly (string | number)[]): Buffer;
  /** The first 16 bytes of that, as a UUIDv8. @see RFC 9562 §5.8 */
  uuid(purpose: string, parts: readonly (string | number)[]): string;
  /**
   * As many UUIDv8s, for a twentieth of what they cost one by one. Fewer of them are the first of more.
   *
   * @param count 510 at most
   * @see RFC 5869 (HKDF), with purpose and parts as its info
   */
  uuids(purpose: string, parts: readonly (string | number)[], count: number): string[];
}

export const SECRET_TABLE = 'serversecret';

const PARTITION = 'secret';
const ROW = 'current';
const SECRET_BYTES = 32;

/**
 * Returns the secret that all processes share, in the app's own table storage: the first process that needs it creates
 * it. Read once per process; a failed read is repeated at the next call.
 */
export function createServerSecret(tables: Tables): () => Promise<ServerSecret> {
  const table = tables.table(SECRET_TABLE);
  return once(async () => serverSecretOf(await readOrCreate(table)));
}

/** @param bytes the secret itself, 32 bytes */
export function serverSecretOf(bytes: Uint8Array): ServerSecret {
  const key = createSecretKey(bytes);
  // JSON keeps apart what a plain concatenation would mix up: ['a', 'b'] and ['ab'], 1 and '1'.
  const encode = (purpose: string, parts: readonly (string | number)[]) => JSON.stringify([purpose, ...parts]);
  const mac: ServerSecret['mac'] = (purpose, parts) =>
    createHmac('sha256', key).update(encode(purpose, parts)).digest();
  return {
    mac,
    uuid: (purpose, parts) => uuidOf(mac(purpose, parts)),
    uuids: (purpose, parts, count) => {
      const bytes = new Uint8Array(hkdfSync('sha256', key, '', encode(purpose, parts), count * UUID_BYTES));
      return Array.from({ length: count }, (_, index) => uuidOf(bytes.subarray(index * UUID_BYTES)));
    },
  };
}

async function readOrCreate(table: Table): Promise<Buffer> {
  const known = await read(table);
  if (known) return known;
  const created = randomBytes(SECRET_BYTES);
  const etag = await table.insert(PARTITION, ROW, { secret: created.toString('base64') });
  if (etag !== undefined) return created;
  const theirs = await read(table); // another process was faster
  if (!theirs) throw new Error(`The table '${SECRET_TABLE}' has lost its row.`);
  return theirs;
}

async function read(table: Table): Promise<Buffer | undefined> {
  const row = await table.get(PARTITION, ROW);
  if (!row) return undefined;
  const bytes = Buffer.from(String(row.values['secret']), 'base64');
  if (bytes.length !== SECRET_BYTES) throw new Error(`The row of the table '${SECRET_TABLE}' holds no secret.`);
  return bytes;
}
