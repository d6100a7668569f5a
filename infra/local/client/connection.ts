import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const startFile = z.looseObject({ client: z.string().optional() });

export interface Connection {
  readonly endpoint: string;
  /** base64 */
  readonly accessKey: string;
}

/** Where `npm start` tells how it can be reached. */
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
  if (!existsSync(START_FILE)) return undefined;
  return startFile.parse(JSON.parse(readFileSync(START_FILE, 'utf8'))).client;
}
