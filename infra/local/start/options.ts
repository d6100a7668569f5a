import { parseArgs } from 'node:util';

/** The listening addresses of `npm start`: name, default port, what it is for. */
export const LISTENERS = {
  switchboard: [7071, 'Switchboard, http'],
  switchboardTls: [7443, 'Switchboard, https'],
  acs: [8787, 'ACS emulator, http'],
  acsTls: [8788, 'ACS emulator, https'],
  blob: [10_000, 'Azurite, blobs'],
  queue: [10_001, 'Azurite, queues'],
  table: [10_002, 'Azurite, tables'],
} as const;

export type Listener = keyof typeof LISTENERS;
export type Ports = Readonly<Record<Listener, number>>;

export const LISTENER_NAMES = Object.keys(LISTENERS) as Listener[];

export interface StartOptions {
  /** One line of JSON instead of the human text. */
  readonly json: boolean;
  /** Keep nothing after the end. */
  readonly ephemeral: boolean;
  /** 'auto': any free ports; else the ports to use instead of the defaults. */
  readonly ports: 'auto' | Partial<Ports>;
  /** Host names under which the servers may be called, besides those of loopback. */
  readonly allowedHosts: readonly string[];
  readonly help: boolean;
}

export const HELP = `npm start -- [options]

Runs Switchboard on this machine: the functions, their storage (Azurite) and an emulator of Azure Communication Services.
Data is kept in .local/ between starts.

  --ports auto               any free ports
  --ports <name>=<port>,…    other ports than the defaults:
${LISTENER_NAMES.map((name) => `                               ${name}=${LISTENERS[name][0]}  (${LISTENERS[name][1]})`).join('\n')}
  --allowed-hosts <name>,…   host names under which Switchboard and the emulator may be called (a container's, a tunnel's),
                             besides localhost, 127.0.0.1, [::1] and, for Switchboard, that of PUBLIC_URL
  --ephemeral                keep nothing: data goes to a temporary folder that is removed at the end
  --json                     print one line of JSON when ready (for scripts); logs go to the standard error
  --help                     this text
`;

/** @throws Error with one line that says what is wrong with the command line */
export function parseOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      ephemeral: { type: 'boolean', default: false },
      ports: { type: 'string' },
      'allowed-hosts': { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    json: values.json,
    ephemeral: values.ephemeral,
    help: values.help,
    ports: parsePorts(values.ports),
    allowedHosts: values['allowed-hosts'].split(',').filter(Boolean),
  };
}

function parsePorts(text: string | undefined): StartOptions['ports'] {
  if (text === undefined) return {};
  if (text === 'auto') return 'auto';
  return Object.fromEntries(text.split(',').map(parsePort));
}

function parsePort(assignment: string): [Listener, number] {
  const [name, port] = assignment.split('=');
  const listener = LISTENER_NAMES.find((it) => it === name);
  if (!listener) {
    throw new Error(`--ports: '${name}' is no listener; there are ${LISTENER_NAMES.join(', ')}, or 'auto' for all.`);
  }
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Error(`--ports: ${listener} needs a port from 1 to 65535, not '${port ?? ''}'.`);
  }
  return [listener, number];
}
