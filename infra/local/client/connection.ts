import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { emulatorKey, type Variables } from '../start/settings.ts';

const startFile = z.looseObject({
  client: z.string().optional(),
  storage: z.string().optional(),
  acs: z.string().optional(),
});

export interface Connection {
  readonly endpoint: string;
  /** base64 */
  readonly accessKey: string;
}

/** Where `npm start` writes its addresses. It is removed when that ends. */
const START_FILE = '.local/start.json';

/**
 * The connection string given, or that of the environment (`SWITCHBOARD_CONNECTION_STRING`), or of the running `npm start`.
 *
 * @throws Error with one line that says how to come by one
 */
export function findConnection(given: string | undefined): Connection {
  const text = given ?? process.env['SWITCHBOARD_CONNECTION_STRING'] ?? connectionOfStart();
  if (text === undefined) {
    throw new Error(
      "Nothing to call: run 'npm start' in another terminal, or give --connection 'endpoint=…;accesskey=…'.",
    );
  }
  const [, endpoint, accessKey] = /^endpoint=(https?:\/\/[^;]+);accesskey=([^;]+);?$/i.exec(text) ?? [];
  if (!endpoint || !accessKey) throw new Error('The connection string must read endpoint=https://…;accesskey=…');
  return { endpoint: endpoint.replace(/(?<!\/)\/+$/, ''), accessKey };
}

function connectionOfStart(): string | undefined {
  return readStart(START_FILE)?.client;
}

function readStart(file: string): z.infer<typeof startFile> | undefined {
  if (!existsSync(file)) return undefined;
  return startFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Settings that name this machine's storage and emulator, with the addresses and the storage key of the running
 * `npm start`: neither its ports nor its key need be the ones that `UseDevelopmentStorage=true` stands for.
 */
export function withRunningStart(settings: Variables, file = START_FILE): Variables {
  const { storage, acs } = readStart(file) ?? {};
  const isLocalStorage = settings['AzureWebJobsStorage'] === 'UseDevelopmentStorage=true';
  const accessKey = emulatorKey(settings);
  return {
    ...settings,
    ...(storage && isLocalStorage ? { AzureWebJobsStorage: storage } : {}),
    ...(acs && accessKey ? { ACS_CONNECTION_STRING: `endpoint=${acs}/;accesskey=${accessKey}` } : {}),
  };
}
