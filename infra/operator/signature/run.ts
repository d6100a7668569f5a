import { readFileSync } from 'node:fs';
import { readSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { findConnection } from '../../local/client/connection.ts';
import { type Options, settingsOf } from '../doctor/options.ts';
import type { Variables } from '../doctor/settingsfile.ts';
import { diagnose } from './diagnose.ts';
import { knownHosts, knownKeys } from './keys.ts';
import { parseCapture } from './parse.ts';
import { diagnosisJson, diagnosisText } from './report.ts';

/**
 * `npm run doctor -- sign <file>`.
 *
 * @returns 0 when the signature is right, 1 when it is not
 * @throws Error with one line when the file or the key cannot be used
 */
export function runSign(options: Options, environment: Variables): number {
  const [, file] = options.positionals;
  if (file === undefined) throw new Error('Give the file with the request: npm run doctor -- sign <request file>');
  const capture = parseCapture(readFileSync(file));
  const sources = {
    connection: options.connection === undefined ? undefined : findConnection(options.connection),
    settings: usableSettings(options, environment),
    client: options.client,
  };
  const diagnosis = diagnose({
    capture: options.body === undefined ? capture : { ...capture, body: readFileSync(options.body) },
    keys: knownKeys(sources),
    hosts: [...knownHosts(sources), ...otherHosts(capture.headers)],
    now: new Date(),
  });
  console.log(options.json ? diagnosisJson(diagnosis) : diagnosisText(diagnosis));
  return diagnosis.part === 'nothing' ? 0 : 1;
}

/** The settings tell who else may have signed; without them the comparison is of the connection's key alone. */
function usableSettings(options: Options, environment: Variables): Settings | undefined {
  try {
    return readSettings(settingsOf(options, environment));
  } catch (error) {
    if (options.connection === undefined || !(error instanceof SettingsError)) throw error;
    return undefined;
  }
}

/** Headers in which proxies hand on the host that the client called. */
const HOST_HEADERS = ['x-forwarded-host', 'x-original-host', 'disguised-host', ':authority'];

function otherHosts(headers: ReadonlyMap<string, string>): string[] {
  return HOST_HEADERS.map((name) => headers.get(name)).filter((host) => host !== undefined);
}
