import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS_FILE } from '../../toolchain/installation.ts';
import { onParentGone } from '../../toolchain/parentWatch.mjs';
import { type Emulator, type EmulatorOptions, startEmulator } from '../acs-emulator/server.ts';
import { senderKind } from '../acs-emulator/sms/senders.ts';
import { announceReady, onStop } from '../child.ts';
import { readKeptItems } from '../keptItems.ts';
import { isHostName } from '../requestGuard.ts';
import { type CertificateFiles, ensureCertificate, ensureKeptFolder } from '../start/dataFolder.ts';
import { emulatorKey, readLocalSettings } from '../start/settings.ts';

export interface EmulatorFlags {
  readonly port: string;
  readonly 'tls-port': string;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly 'access-key'?: readonly string[] | undefined;
  readonly 'allowed-host'?: readonly string[] | undefined;
  readonly sender?: readonly string[] | undefined;
  readonly 'data-dir'?: string | undefined;
  readonly 'keep-items'?: string | undefined;
  readonly 'email-settle-seconds'?: string | undefined;
  readonly 'events-storage'?: string | undefined;
  readonly 'event-delay-seconds'?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * Runs the emulator until it is stopped or its parent has ended. Stopping ends this process.
 *
 * @throws Error with a message for the user
 */
export async function runEmulator(flags: EmulatorFlags): Promise<number> {
  const options = readOptions(flags);
  const files = await findCertificate(flags);
  const tls = { cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') };
  const emulator = await startEmulator({ ...options, tls }).catch((error: unknown) => {
    throw explainPort(error, options);
  });
  onStop(() => emulator.close());
  onParentGone(() => process.emit('SIGTERM', 'SIGTERM'));
  if (process.send) announceReady({ acs: emulator.url, acsTls: emulator.tlsUrl });
  if (!flags.quiet) console.log(announcement(emulator, files.cert, flags.json));
  return 0;
}

function announcement({ url: acs, tlsUrl: acsTls, connectionString }: Emulator, ca: string, isJson: boolean): string {
  const acsTlsConnectionString = connectionString.replace(`endpoint=${acs}/`, `endpoint=${acsTls}/`);
  if (isJson) return JSON.stringify({ acs, acsTls, ca, acsConnectionString: connectionString, acsTlsConnectionString });
  return [
    `The ACS emulator is running. See what it receives at ${acs}/`,
    '',
    'Connection string, for any official ACS SDK:',
    `  http     ${connectionString}`,
    `  https    ${acsTlsConnectionString}`,
    '',
    'JavaScript clients need `allowInsecureConnection: true` for http. Chat clients need https.',
    'For https, trust this certificate. In Node.js, set it for your app:',
    `  NODE_EXTRA_CA_CERTS=${ca}`,
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}

async function findCertificate({ cert, key }: EmulatorFlags): Promise<CertificateFiles> {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return ensureCertificate(join(ensureKeptFolder(), 'certificate'));
  throw new Error('Give --cert and --key together.');
}

function readOptions(flags: EmulatorFlags): EmulatorOptions {
  const { 'allowed-host': allowedHosts, sender: senders, 'data-dir': dataDirectory, 'events-storage': storage } = flags;
  const { 'keep-items': keptItems } = flags;
  refuseUnusable('--allowed-host', allowedHosts, isHostName, 'a host name without port');
  refuseUnusable('--sender', senders, isSender, 'a phone number, a short code or an alphanumeric sender ID');
  return {
    port: readPort('--port', flags.port),
    tlsPort: readPort('--tls-port', flags['tls-port']),
    accessKeys: readAccessKeys(flags['access-key']),
    ...(allowedHosts && { allowedHosts }),
    ...(senders && { senders }),
    ...(dataDirectory !== undefined && { dataDirectory }),
    ...(keptItems !== undefined && { maximumItems: readKeptItems(keptItems) }),
    ...readDelays(flags),
    ...(storage !== undefined && { events: { connectionString: storage } }),
    log: flags.json ? console.error : console.log,
  };
}

function isSender(text: string): boolean {
  return senderKind(text) !== undefined;
}

/** @throws Error that names the first value that nothing could ever match */
function refuseUnusable(
  flag: string,
  values: readonly string[] | undefined,
  isUsable: (value: string) => boolean,
  expected: string,
): void {
  const wrong = values?.find((value) => !isUsable(value));
  if (wrong !== undefined) throw new Error(`${flag} must be ${expected}, not '${wrong}'.`);
}

function readAccessKeys(given: readonly string[] | undefined): EmulatorOptions['accessKeys'] {
  const [primary = emulatorKey(readLocalSettings(SETTINGS_FILE, {})), secondary, third] = given ?? [];
  if (primary === undefined || third !== undefined) throw new Error('Give --access-key once or twice.');
  return secondary === undefined ? [primary] : [primary, secondary];
}

function readDelays(flags: EmulatorFlags): Pick<EmulatorOptions, 'emailSettleMilliseconds' | 'eventDelayMilliseconds'> {
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

function readPort(flag: string, text: string): number {
  const port = readNumber(flag, text, 65_535);
  if (Number.isInteger(port)) return port;
  throw new Error(`${flag} must be a whole number, not '${text}'.`);
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
