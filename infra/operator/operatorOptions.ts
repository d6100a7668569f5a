/** What `npm run operator` accepts, and its usage. */
export const OPERATOR = {
  name: 'operator',
  usage: [
    'cancel-client <name> [--yes]',
    'export <number or address>',
    'erase <number or address> [--include-opt-outs] [--yes]',
  ],
  details:
    'Works on the storage account of a Switchboard, running or not. Without --yes, only shows what would change.',
  parameters: {
    'cancel-client <name>':
      'cancels every unfinished SMS batch of a client. Remove the client from CLIENTS first (infra/README.md, "A key has leaked"), which stops everything else',
    'export <person>': 'prints what is stored about a phone number (+14255550123) or email address, as JSON',
    'erase <person>':
      'erases it. Counts, results and delivery reports stay, without the number or address. An opt-out (STOP) is kept, because it must still be honored',
  },
  options: {
    yes: { type: 'boolean', default: false, description: 'make the changes' },
    'include-opt-outs': {
      type: 'boolean',
      default: false,
      description: "erase: also delete the number's opt-outs; it can then be sent to again",
    },
    settings: {
      type: 'string',
      value: '<file>',
      description:
        "the app settings: local.settings.json, the output of 'az functionapp config appsettings list', or lines NAME=value (default: local.settings.json, overridden by the environment, with the storage of the running npm start)",
    },
  },
  notes: 'Exit code: 0 if everything is done, 1 if something could not be changed, 2 if nothing could be done.',
  errorExitCode: 2,
} as const;

export interface OperatorOptions {
  readonly yes: boolean;
  readonly 'include-opt-outs': boolean;
  readonly settings?: string | undefined;
}

const COMMANDS = ['cancel-client', 'export', 'erase'] as const;

export interface OperatorCommand {
  readonly command: (typeof COMMANDS)[number];
  /** The client, number or address. */
  readonly subject: string;
}

const SEE_HELP = 'see npm run operator -- --help.';

/** @throws Error with one line if the command line is invalid */
export function readOperatorCommand(
  [name, subject, ...more]: readonly string[],
  options: OperatorOptions,
): OperatorCommand {
  if (name === undefined) throw new Error(`No command given; ${SEE_HELP}`);
  const command = COMMANDS.find((it) => it === name);
  if (!command) throw new Error(`Unknown command '${name}'; ${SEE_HELP}`);
  if (subject === undefined || subject === '' || more.length > 0) {
    throw new Error(
      `${command} takes one ${command === 'cancel-client' ? 'client name' : 'number or address'}; ${SEE_HELP}`,
    );
  }
  if (options['include-opt-outs'] && command !== 'erase')
    throw new Error('--include-opt-outs is only valid with erase.');
  if (options.yes && command === 'export') throw new Error('--yes is not valid with export, which changes nothing.');
  return { command, subject };
}
