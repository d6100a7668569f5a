import { readKeptItems } from '../keptItems.ts';
import { isHostName } from '../requestGuard.ts';
import { LISTENER_NAMES, LISTENERS, type Listener, type Ports } from './ports.ts';

const PORT_ROWS = LISTENER_NAMES.map((name) => `  ${name}=${LISTENERS[name][0]}  (${LISTENERS[name][1]})`);

/** The options of `npm start`, as its command line declares them. */
export const START_OPTIONS = {
  ports: {
    type: 'string',
    value: 'auto | <name>=<port>,…',
    description: `any free ports, or other ports than the defaults:\n${PORT_ROWS.join('\n')}`,
  },
  'allowed-hosts': {
    type: 'string',
    default: '',
    value: '<name>,…',
    description:
      'host names under which Switchboard and the emulator can be called (of a container or tunnel), besides localhost, 127.0.0.1, [::1] and, for Switchboard, the host of PUBLIC_URL',
  },
  'keep-items': {
    type: 'string',
    value: '<n>',
    description: 'newest items of each channel that the emulator keeps (default: 10000)',
  },
  ephemeral: {
    type: 'boolean',
    default: false,
    description: 'use a temporary folder that is removed on exit, instead of .local/',
  },
  verbose: {
    type: 'boolean',
    default: false,
    description: 'also print every function with its route, queue or schedule',
  },
  json: {
    type: 'boolean',
    default: false,
    description: 'print one line of JSON when ready (for scripts); logs are written to the standard error',
  },
} as const;

export interface StartOptions {
  /** Prints one line of JSON instead of the banner. */
  readonly json: boolean;
  /** Keeps nothing after the stop. */
  readonly ephemeral: boolean;
  /** Prints the functions that the host has registered. */
  readonly verbose: boolean;
  /** 'auto': any free ports; else the ports to use instead of the defaults. */
  readonly ports: 'auto' | Partial<Ports>;
  /** Host names under which the servers can be called, besides those of loopback. */
  readonly allowedHosts: readonly string[];
  /** How many items of each channel the emulator keeps; undefined: its default. */
  readonly keptItems: number | undefined;
}

interface StartValues {
  readonly json: boolean;
  readonly ephemeral: boolean;
  readonly verbose: boolean;
  readonly ports?: string | undefined;
  readonly 'allowed-hosts': string;
  readonly 'keep-items'?: string | undefined;
}

/** @throws Error with one line that says what is wrong with an option's value */
export function readStartOptions(values: StartValues): StartOptions {
  const { ports, 'allowed-hosts': allowedHosts, 'keep-items': keptItems, ...flags } = values;
  return {
    ...flags,
    ports: parsePorts(ports),
    allowedHosts: parseHosts(allowedHosts),
    keptItems: keptItems === undefined ? undefined : readKeptItems(keptItems),
  };
}

function parseHosts(list: string): string[] {
  const names = list.split(',').filter(Boolean);
  const wrong = names.find((name) => !isHostName(name));
  if (wrong !== undefined) throw new Error(`--allowed-hosts: '${wrong}' is not a host name without port.`);
  return names;
}

function parsePorts(list: string | undefined): StartOptions['ports'] {
  if (list === undefined) return {};
  if (list === 'auto') return 'auto';
  return Object.fromEntries(list.split(',').map(parsePort));
}

function parsePort(assignment: string): [Listener, number] {
  const [name, port] = assignment.split('=');
  const listener = LISTENER_NAMES.find((it) => it === name);
  if (!listener) {
    throw new Error(`--ports: '${name}' is not a listener; use ${LISTENER_NAMES.join(', ')}, or 'auto' for all.`);
  }
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Error(`--ports: ${listener} needs a port from 1 to 65535, not '${port ?? ''}'.`);
  }
  return [listener, number];
}
