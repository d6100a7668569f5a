import { parseArgs } from 'node:util';
import { type Connection, findConnection, withRunningStart } from '../../local/client/connection.ts';
import { readLocalSettings } from '../../local/start/settings.ts';
import { readSettingsFile, type Variables, withoutReferences } from './settingsfile.ts';

export const HELP = `npm run doctor -- [options]
npm run doctor -- sign <request file> [options]

Says what is wrong with a Switchboard, and the way out. It changes nothing, sends nothing and shows no secret.

  --settings <file>         the app settings: in the form of local.settings.json, as printed by
                            'az functionapp config appsettings list', or lines of NAME=value
                            (default: local.settings.json, overruled by the environment)
  --url <url>               also asks a running Switchboard whether it is ready
  --connection <string>     endpoint=…;accesskey=… of a client of it (default: the first client of the settings)
  --json                    the findings as JSON
  --help                    this text

Ends with 0, with 1 when something is wrong, and with 2 when nothing could be looked at.

With 'sign', it compares a signature that was refused with the one that we would have made, line by line. The file holds
the request as it was sent: request line, headers, an empty line, the body; lines of 'curl -v'; or JSON (HAR).

  --client <name>           whose key of CLIENTS should have signed (default: any client's)
  --connection <string>     or the key itself, with the address that the request was meant for
  --body <file>             the body, when it is not in the request file
`;

const FLAGS = {
  settings: { type: 'string' },
  url: { type: 'string' },
  connection: { type: 'string' },
  client: { type: 'string' },
  body: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export type Options = ReturnType<typeof parseOptions>;

/** @throws Error with one line that says what is wrong with the command line */
export function parseOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  return { ...values, positionals };
}

/** The app settings that the command line names. @throws Error when they cannot be read */
export function settingsOf({ settings: file }: Pick<Options, 'settings'>, environment: Variables): Variables {
  if (file === undefined) return withRunningStart(readLocalSettings('local.settings.json', environment));
  return withoutReferences(readSettingsFile(file), environment);
}

/** A Switchboard to be asked; without a key where none is known. */
export type AskedSwitchboard = Pick<Connection, 'endpoint'> & Partial<Connection>;

/** Which Switchboard to ask, and as whom. @throws Error for an address or a connection string that is none */
export function switchboardOf(
  { url, connection }: Options,
  firstKey: string | undefined,
): AskedSwitchboard | undefined {
  if (connection === undefined && url === undefined) return undefined;
  const known = connection === undefined ? { accessKey: firstKey } : findConnection(connection);
  if (url === undefined) return 'endpoint' in known ? known : undefined;
  if (!URL.canParse(url)) throw new Error(`--url must read like https://switchboard.contoso.com, not '${url}'.`);
  const { accessKey } = known;
  return { endpoint: url.replace(/(?<!\/)\/+$/, ''), ...(accessKey === undefined ? {} : { accessKey }) };
}
