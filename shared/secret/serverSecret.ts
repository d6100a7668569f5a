import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { stringify } from 'uuid';
import { once } from '../storage/connection.ts';
import type { Table, Tables } from '../storage/tables.ts';

/**
 * Derives ids and authentication codes that only this installation can produce. A value derived for one purpose reveals
 * nothing about another.
 */
export interface ServerSecret {
  /** HMAC-SHA256 over the purpose and the parts, encoded so that different lists never collide. */
  mac(purpose: string, parts: readonly (string | number)[]): Buffer;
  /** The first 16 bytes of `mac` as a UUIDv8. @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
  uuid(purpose: string, parts: readonly (string | number)[]): string;
  /**
   * Derives many UUIDv8s at a twentieth of the cost of single ones. A smaller `count` yields a prefix of a larger one.
   *
   * @param count at most 510
   * @see https://www.rfc-editor.org/rfc/rfc5869 (HKDF; purpose and parts are its `info`)
   */
  uuids(purpose: string, parts: readonly (string | number)[], count: number): string[];
}

export const SECRET_TABLE = 'serversecret';

const PARTITION = 'secret';
const ROW = 'current';
const SECRET_BYTES = 32;

/**
 * Returns the secret that all processes share through the app's table storage. The first process that needs it creates
 * it. It is read once per process; a failed read is retried on the next call.
 */
export function createServerSecret(tables: Tables): () => Promise<ServerSecret> {
  const table = tables.table(SECRET_TABLE);
  return once(async () => serverSecretOf(await readOrCreate(table)));
}

/** @param bytes the secret itself, 32 bytes */
export function serverSecretOf(bytes: Uint8Array): ServerSecret {
  const key = createSecretKey(bytes);
  // JSON distinguishes what plain concatenation would not: ['a', 'b'] and ['ab'], 1 and '1'.
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
  const theirs = await read(table); // another process created it first
  if (!theirs) throw new Error(`The row of the table '${SECRET_TABLE}' was deleted while it was read.`);
  return theirs;
}

async function read(table: Table): Promise<Buffer | undefined> {
  const row = await table.get(PARTITION, ROW);
  if (!row) return undefined;
  const bytes = Buffer.from(String(row.values['secret']), 'base64');
  if (bytes.length !== SECRET_BYTES)
    throw new Error(`The row of the table '${SECRET_TABLE}' does not hold a valid secret.`);
  return bytes;
}

export const UUID_BYTES = 16;

/** Formats the first 16 bytes as a UUIDv8, overwriting the version and variant bits. @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
export function uuidOf(bytes: Uint8Array): string {
  const uuid = Uint8Array.from(bytes.subarray(0, UUID_BYTES));
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return stringify(uuid);
}
