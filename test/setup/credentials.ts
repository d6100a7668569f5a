import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate } from '../../infra/local/start/dataFolder.ts';
import {
  createServerSecret,
  SECRET_TABLE,
  type ServerSecret,
  serverSecretOf,
} from '../../shared/secret/serverSecret.ts';
import { createTables } from '../../shared/storage/tables.ts';
import type { MemoryStorage } from './memoryStorage.ts';

const BYTES = Buffer.alloc(32, 'the secret of the unit tests');

/** The server secret of every storage in memory that was given it. */
export const TEST_SECRET: ServerSecret = serverSecretOf(BYTES);

/** Makes storage in memory hold the tests' secret, so that two rigs are processes of one installation. */
export function withTestSecret(storage: MemoryStorage): MemoryStorage {
  // Not awaited: what is read later takes its turn later.
  void storage.tables.table(SECRET_TABLE).insert('secret', 'current', { secret: BYTES.toString('base64') });
  return storage;
}

/** The server secret of a running stack, which only those know who may read its tables. */
export function secretOf(connectionString = ''): Promise<ServerSecret> {
  return createServerSecret(createTables({ kind: 'connection string', connectionString }))();
}

/** What a user access token of ACS looks like: an unsigned JWT whose payload has these members. */
export function jwt(
  payload: unknown,
  header: unknown = { alg: 'RS256', typ: 'JWT' },
  signature = 'c2lnbmF0dXJl',
): string {
  const part = (it: unknown) => Buffer.from(typeof it === 'string' ? it : JSON.stringify(it)).toString('base64url');
  return [part(header), part(payload), signature].join('.');
}

/** A well-formed token that expires an hour after a time. */
export function tokenAt(now: Date, more: object = {}): string {
  return jwt({ skypeid: 'acs:a_b', exp: Math.floor(now.getTime() / 1000) + 3600, ...more });
}

/** A certificate for this machine, as `npm start` makes it, until `remove` is called. */
export async function makeCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-certificate-'));
  const files = await ensureCertificate(directory);
  return {
    certFile: files.cert,
    cert: readFileSync(files.cert, 'utf8'),
    key: readFileSync(files.key, 'utf8'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
