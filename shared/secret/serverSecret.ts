import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { once } from '../storage/connection.ts';
import type { Table, Tables } from '../storage/tables.ts';
import { uuidOf } from './uuid.ts';

/**
 * Derives names and authentication codes that only this installation can produce. What is derived for one purpose says
 * nothing about another.
 */
export interface ServerSecret {
  /** HMAC-SHA256 of the purpose and the parts; two lists that differ in any part never have the same input. */
  mac(purpose: string, parts: readonly (string | number)[]): Buffer;
  /** The first 16 bytes of that, as a UUIDv8. @see RFC 9562 §5.8 */
  uuid(purpose: string, parts: readonly (string | number)[]): string;
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
  const mac: ServerSecret['mac'] = (purpose, parts) =>
    // JSON keeps apart what a plain concatenation would mix up: ['a', 'b'] and ['ab'], 1 and '1'.
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest();
  return { mac, uuid: (purpose, parts) => uuidOf(mac(purpose, parts)) };
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
