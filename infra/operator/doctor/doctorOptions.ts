import { parseArgs } from 'node:util';
import { type Connection, findConnection } from '../../local/client/connection.ts';

export const HELP = `npm run doctor -- [options]
npm run doctor -- sign <request file> [options]

Checks a Switchboard and reports what is wrong and how to fix it. Changes nothing, sends nothing, shows no secrets.

  --settings <file>         the app settings: local.settings.json, the output of
                            'az functionapp config appsettings list', or lines NAME=value
                            (default: local.settings.json, overridden by the environment)
  --url <url>               also check whether the running Switchboard at this address is ready
  --connection <string>     endpoint=…;accesskey=… of one of its clients (default: the first client in the settings)
  --json                    print the findings as JSON
  --help                    show this help

Exit code: 0 if nothing is wrong, 1 if something is, 2 if nothing could be checked.

'sign' compares a rejected signature with the correct one, line by line. The file contains the request as it was sent:
request line, headers, an empty line, the body; or the output of 'curl -v'; or JSON (HAR).

  --client <name>           the client in CLIENTS whose key should have signed (default: any client)
  --connection <string>     alternatively, the key itself with the address that the request was sent to
  --body <file>             the body, if the request file does not contain it
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

export type DoctorOptions = ReturnType<typeof parseOptions>;

/** @throws Error with one line if the command line is invalid */
export function parseOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  return { ...values, positionals };
}

/** A running Switchboard and, if known, a client's key for it. */
export type SwitchboardTarget = Pick<Connection, 'endpoint'> & Partial<Connection>;

/** Returns the Switchboard to check. @throws Error if the address or the connection string is malformed */
export function readTarget(
  { url, connection }: DoctorOptions,
  firstKey: string | undefined,
): SwitchboardTarget | undefined {
  if (connection === undefined && url === undefined) return undefined;
  const known = connection === undefined ? { accessKey: firstKey } : findConnection(connection);
  if (url === undefined) return 'endpoint' in known ? known : undefined;
  if (!URL.canParse(url)) throw new Error(`--url must look like https://switchboard.contoso.com, not '${url}'.`);
  const { accessKey } = known;
  return { endpoint: url.replace(/(?<!\/)\/+$/, ''), ...(accessKey === undefined ? {} : { accessKey }) };
}
