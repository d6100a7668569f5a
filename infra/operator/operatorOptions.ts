import { parseArgs } from 'node:util';

export const HELP = `npm run operator -- cancel-client <name> [--yes]
npm run operator -- export <number or address>
npm run operator -- erase <number or address> [--include-opt-outs] [--yes]

Works on the storage account of a Switchboard, running or not. Without --yes, only shows what would change.

  cancel-client <name>      cancels every unfinished SMS batch of a client. Remove the client from CLIENTS first
                            (infra/README.md, "A key has leaked"), which stops everything else
  export <person>           prints what is stored about a phone number (+14255550123) or email address, as JSON
  erase <person>            erases it. Counts, results and delivery reports stay, without the number or address.
                            An opt-out (STOP) is kept, because it must still be honored

  --yes                     make the changes
  --include-opt-outs        erase: also delete the number's opt-outs; it can then be sent to again
  --settings <file>         the app settings: local.settings.json, the output of
                            'az functionapp config appsettings list', or lines NAME=value
                            (default: local.settings.json, overridden by the environment)
  --help                    show this help

Exit code: 0 if everything is done, 1 if something could not be changed, 2 if nothing could be done.
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

interface OperatorCommand {
  readonly command: Command | 'help';
  /** The client, number or address; empty for help. */
  readonly subject: string;
  readonly options: OperatorOptions;
}

const SEE_HELP = 'see npm run operator -- --help.';

/** @throws Error with one line if the command line is invalid */
export function parseOperatorOptions(args: readonly string[]): OperatorCommand {
  const { values, positionals } = parse(args);
  const [name, subject, ...more] = positionals;
  if (values.help) return { command: 'help', subject: '', options: values };
  if (name === undefined) throw new Error(`No command given; ${SEE_HELP}`);
  const command = COMMANDS.find((it) => it === name);
  if (!command) throw new Error(`Unknown command '${name}'; ${SEE_HELP}`);
  if (subject === undefined || subject === '' || more.length > 0) {
    throw new Error(
      `${command} takes one ${command === 'cancel-client' ? 'client name' : 'number or address'}; ${SEE_HELP}`,
    );
  }
  if (values['include-opt-outs'] && command !== 'erase')
    throw new Error('--include-opt-outs is only valid with erase.');
  if (values.yes && command === 'export') throw new Error('--yes is not valid with export, which changes nothing.');
  return { command, subject, options: values };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
}
