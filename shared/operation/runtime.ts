import { type ChatUsers, createChatUsers } from '../acs/chatusers.ts';
import { type AcsSession, createSession } from '../acs/session.ts';
import { createTransport } from '../acs/transport.ts';
import { type Clients, createClients } from '../clients/clients.ts';
import { readSettings, type Settings } from '../settings.ts';
import { createStorage, type Storage } from '../storage/storage.ts';

/** What every function of one process shares. Tests make their own. */
export interface Runtime {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly storage: Storage;
  readonly chatUsers: ChatUsers;
  readonly now: () => Date;
  /** @param publicUrl where the caller reaches Switchboard, no slash at the end */
  acs(publicUrl: string, clientRequestId: string): AcsSession;
}

const CHAT_IDENTITIES_TABLE = 'chatidentities';

export function createRuntime(settings: Settings, now: () => Date = () => new Date()): Runtime {
  const storage = createStorage(settings.storage);
  const apiVersions = settings.acsApiVersions;
  const transport = createTransport({ access: settings.acs, apiVersions, now });
  return {
    settings,
    clients: createClients(settings.clients),
    storage,
    chatUsers: createChatUsers(storage.tables.table(CHAT_IDENTITIES_TABLE), now),
    now,
    acs: (publicUrl, clientRequestId) => createSession(transport, { publicUrl, apiVersions, clientRequestId }),
  };
}

let runtime: Runtime | undefined;

/**
 * The process's own runtime, made from its environment at the first call.
 *
 * @throws SettingsError as long as the settings cannot be used
 */
export function processRuntime(): Runtime {
  runtime ??= createRuntime(readSettings());
  return runtime;
}
