import { parseArgs } from 'node:util';

export const HELP = `npm run operator -- cancel-client <name> [--yes]
npm run operator -- export <number or address>
npm run operator -- erase <number or address> [--include-opt-outs] [--yes]

Works on the storage account of a Switchboard, whether it runs or not. Without --yes it only shows what it would change.

  cancel-client <name>      cancels every SMS batch of a client that is not over. Remove the client from CLIENTS first
                            (infra/README.md, "A key has leaked"): that stops everything else
  export <person>           prints what is stored about a phone number (+14255550123) or email address, as JSON
  erase <person>            erases it. Counts, results and delivery reports stay, without the number or address.
                            A STOP is kept, because it has to be honoured

  --yes                     do it
  --include-opt-outs        erase: also forget that this number has opted out; it can then be sent to again
  --settings <file>         the app settings: in the form of local.settings.json, as printed by
                            'az functionapp config appsettings list', or lines of NAME=value
                            (default: local.settings.json, overruled by the environment)
  --help                    this text

Ends with 0, with 1 when something is left that could not be changed, and with 2 when nothing could be done.
`;

const FLAGS = {
  yes: { type: 'boolean', default: false },
  'include-opt-outs': { type: 'boolean', default: false },
  settings: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const COMMANDS = ['cancel-client', 'export', 'erase'] as const;
type Command = (typeof COMMANDS)[number];

export type OperatorOptions = ReturnType<typeof parse>['values'];

export interface CommandLine {
  readonly command: Command | 'help';
  /** The client, number or address; empty for help. */
  readonly subject: string;
  readonly options: OperatorOptions;
}

const SEE_HELP = 'npm run operator -- --help shows the commands.';

/** @throws Error with one line that says what is wrong with the command line */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [name, subject, ...more] = positionals;
  if (values.help) return { command: 'help', subject: '', options: values };
  if (name === undefined) throw new Error(`Which command? ${SEE_HELP}`);
  const command = COMMANDS.find((it) => it === name);
  if (!command) throw new Error(`There is no command '${name}'; ${SEE_HELP}`);
  if (subject === undefined || subject === '' || more.length > 0) {
    throw new Error(
      `${command} takes one ${command === 'cancel-client' ? 'client name' : 'number or address'}; ${SEE_HELP}`,
    );
  }
  if (values['include-opt-outs'] && command !== 'erase') throw new Error('--include-opt-outs goes with erase only.');
  if (values.yes && command === 'export') throw new Error('--yes does not go with export, which changes nothing.');
  return { command, subject, options: values };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
}
