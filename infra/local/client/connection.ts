import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseConnection, type SwitchboardConnection } from '../../../shared/client/connection.ts';
import { commandText } from '../../toolchain/installation.ts';
import { emulatorKey, type Variables } from '../start/settings.ts';

/** What other commands read of the announcement of `npm start`. */
const startFile = z.looseObject({
  client: z.string().optional(),
  storage: z.string().optional(),
  acs: z.string().optional(),
});

type RunningStart = z.infer<typeof startFile>;

export type Connection = SwitchboardConnection;

/** `npm start` writes its addresses here and removes the file when it ends. */
const START_FILE = '.local/start.json';

/**
 * Parses the given connection string, or else that in the environment (`SWITCHBOARD_CONNECTION_STRING`) or of the running
 * `npm start`.
 *
 * @throws Error with one line that says what to do if none is found or it is invalid
 */
export function findConnection(given: string | undefined): Connection {
  const connection = given ?? process.env['SWITCHBOARD_CONNECTION_STRING'] ?? readRunningStart()?.client;
  if (connection === undefined) {
    throw new Error(
      `No Switchboard to call: run '${commandText('start')}' in another terminal, or pass --connection 'endpoint=…;accesskey=…'.`,
    );
  }
  return parseConnection(connection);
}

/** The addresses of the `npm start` that is running in this folder. */
export function readRunningStart(file: string = START_FILE): RunningStart | undefined {
  return existsSync(file) ? startFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/**
 * Replaces the addresses of this machine's storage and emulator with those of the running `npm start`, whose ports and
 * storage key can differ from the ones that `UseDevelopmentStorage=true` implies.
 */
export function withRunningStart(settings: Variables, file = START_FILE): Variables {
  const { storage, acs } = readRunningStart(file) ?? {};
  const isLocalStorage = settings['AzureWebJobsStorage'] === 'UseDevelopmentStorage=true';
  const accessKey = emulatorKey(settings);
  return {
    ...settings,
    ...(storage && isLocalStorage ? { AzureWebJobsStorage: storage } : {}),
    ...(acs && accessKey ? { ACS_CONNECTION_STRING: `endpoint=${acs}/;accesskey=${accessKey}` } : {}),
  };
}
