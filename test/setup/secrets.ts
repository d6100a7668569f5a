import {
  createServerSecret,
  SECRET_TABLE,
  type ServerSecret,
  serverSecretOf,
} from '../../shared/secret/serverSecret.ts';
import { createTables } from '../../shared/storage/tables.ts';
import type { MemoryStorage } from './memorystorage.ts';

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
