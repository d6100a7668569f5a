/** Runs the emulator as a process; see `main.ts --help`. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { announceReady, onStop } from '../child.ts';
import { type EmulatorOptions, startEmulator } from './server.ts';

const HELP = `Azure Communication Services on localhost.

  --port <n>                  http port (default: 0, any free port)
  --tls-port <n>              https port, with --cert and --key (default: any free port)
  --cert <file>, --key <file> PEM files for https
  --allowed-host <name>       additional host name under which the emulator may be called, such as a container's or a
                              tunnel's; localhost, 127.0.0.1 and [::1] always work. Repeatable
  --access-key <base64>       once: primary; twice: primary and secondary
  --sender <number>           an SMS sender that the resource owns; repeatable (default: every well-formed sender)
  --data-dir <dir>            stores the state between starts (default: in memory)
  --email-settle-seconds <n>  time from accepting an email message to Succeeded (default: 3)
  --events-storage <string>   connection string of the storage account whose queue acs-events receives the events
                              (default: no events)
  --event-delay-seconds <n>   time from a change to its event (default: 0.2)
  --help                      show this help
`;

const FLAGS = {
  port: { type: 'string', default: '0' },
  'tls-port': { type: 'string', default: '0' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  'access-key': { type: 'string', multiple: true },
  sender: { type: 'string', multiple: true },
  'data-dir': { type: 'string' },
  'email-settle-seconds': { type: 'string' },
  'events-storage': { type: 'string' },
  'event-delay-seconds': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Flags = ReturnType<typeof parseFlags>;

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const flags = parseFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const options = await readOptions(flags);
  const emulator = await startEmulator(options).catch((error: unknown) => {
    throw explainPort(error, options);
  });
  onStop(() => emulator.close());
  const { url, tlsUrl, connectionString } = emulator;
  announceReady({ acs: url, acsTls: tlsUrl, connectionString });
}

function parseFlags() {
  return parseArgs({ options: FLAGS, strict: true, allowPositionals: false }).values;
}

async function readOptions(flags: Flags): Promise<EmulatorOptions> {
  const [primary, secondary, third] = flags['access-key'] ?? [];
  if (primary === undefined || third !== undefined) throw new Error('Give --access-key once or twice.');
  const tls = await readTls(flags.cert, flags.key);
  const eventStorage = flags['events-storage'];
  return {
    port: readNumber('--port', flags.port, 65_535),
    tlsPort: readNumber('--tls-port', flags['tls-port'], 65_535),
    ...(tls && { tls }),
    ...(flags['allowed-host'] && { allowedHosts: flags['allowed-host'] }),
    accessKeys: secondary === undefined ? [primary] : [primary, secondary],
    ...(flags.sender && { senders: flags.sender }),
    ...(flags['data-dir'] !== undefined && { dataDirectory: flags['data-dir'] }),
    ...readDelays(flags),
    ...(eventStorage !== undefined && { events: { connectionString: eventStorage } }),
    log: (line) => {
      process.stdout.write(`${line}\n`);
    },
  };
}

function readDelays(flags: Flags): Pick<EmulatorOptions, 'emailSettleMilliseconds' | 'eventDelayMilliseconds'> {
  const settle = flags['email-settle-seconds'];
  const delay = flags['event-delay-seconds'];
  return {
    ...(settle !== undefined && { emailSettleMilliseconds: readSeconds('--email-settle-seconds', settle) }),
    ...(delay !== undefined && { eventDelayMilliseconds: readSeconds('--event-delay-seconds', delay) }),
  };
}

/** Reads seconds, up to a day. @returns milliseconds */
function readSeconds(flag: string, text: string): number {
  return readNumber(flag, text, 86_400) * 1000;
}

async function readTls(cert: string | undefined, key: string | undefined): Promise<EmulatorOptions['tls']> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new Error('Give --cert and --key together.');
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

function readNumber(flag: string, text: string, maximum: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= maximum) return value;
  throw new Error(`${flag} must be a number from 0 to ${maximum}, not '${text}'.`);
}

/** Turns a port conflict into one line that names the flag; returns any other error unchanged. */
function explainPort(error: unknown, { port, tlsPort }: EmulatorOptions): unknown {
  const { code, port: usedPort } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code !== 'EADDRINUSE') return error;
  const flag = usedPort === tlsPort && usedPort !== port ? '--tls-port' : '--port';
  return new Error(`Port ${usedPort} is in use: choose another with ${flag}.`);
}
