import { readFileSync } from 'node:fs';
import { readSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { importKey } from '../../../shared/signing/sign.ts';
import { type Connection, findConnection } from '../../local/client/connection.ts';
import { readAppSettings, type Variables } from '../appSettings.ts';
import type { DoctorOptions } from '../doctor/runExamination.ts';
import { parseCapture } from './capture.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { type KnownKey, type SignedParts, textOf } from './signedParts.ts';

/**
 * Runs `npm run doctor -- sign <file>`.
 *
 * @returns the exit code: 0 if the signature is correct, 1 if not
 * @throws Error with one line if the file or the key cannot be used
 */
export function runSign(file: string, options: DoctorOptions, environment: Variables): number {
  const capture = parseCapture(readFileSync(file));
  const sources = {
    connection: options.connection === undefined ? undefined : findConnection(options.connection),
    settings: readSettingsIfUsable(options, environment),
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

/** Reads the settings, which list all keys that may have signed. Optional if --connection provides the key. */
function readSettingsIfUsable(options: DoctorOptions, environment: Variables): Settings | undefined {
  try {
    return readSettings(readAppSettings(options.settings, environment));
  } catch (error) {
    if (options.connection === undefined || !(error instanceof SettingsError)) throw error;
    return undefined;
  }
}

/** Headers in which proxies forward the host that the client called. */
const HOST_HEADERS = ['x-forwarded-host', 'x-original-host', 'disguised-host', ':authority'];

function otherHosts(headers: ReadonlyMap<string, string>): string[] {
  return HOST_HEADERS.map((name) => headers.get(name)).filter((host) => host !== undefined);
}

interface KeySources {
  /** From --connection. */
  readonly connection: Connection | undefined;
  /** Undefined if they cannot be used. */
  readonly settings: Settings | undefined;
  /** The client whose key is expected; any client if absent. */
  readonly client: string | undefined;
}

/**
 * Returns all keys that may have signed, including the expected ones.
 *
 * @throws Error if there is none, or no client with that name
 */
function knownKeys({ connection, settings, client }: KeySources): readonly KnownKey[] {
  const clients = settings?.clients ?? [];
  if (client !== undefined && !clients.some(({ name }) => name === client)) {
    throw new Error(
      `CLIENTS has no client '${client}', only: ${clients.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const own = connection ? known('the key of --connection', connection.accessKey, true) : [];
  const isExpected = (name: string) => connection === undefined && (client === undefined || client === name);
  const ofClients = clients.flatMap(({ name, keys }) =>
    keys.flatMap((key) => known(`a key of the client '${name}'`, key, isExpected(name))),
  );
  const ofAcs = settings?.acs.kind === 'keys' ? settings.acs.accessKeys : [];
  const all = [...own, ...ofClients, ...ofAcs.flatMap((key) => known('an access key of the ACS resource', key, false))];
  if (all.some((it) => it.isExpected)) return all;
  throw new Error("No key is known: use --connection 'endpoint=…;accesskey=…', or settings with CLIENTS.");
}

/** The key, and the key used without base64-decoding it: a common mistake in hand-written signing code. */
function known(owner: string, base64: string, isExpected: boolean): KnownKey[] {
  const asText = importKey(Buffer.from(base64).toString('base64'));
  return [
    { owner, key: importKey(base64), isExpected },
    { owner: `${owner}, without decoding it from base64`, key: asText, isExpected: false },
  ];
}

/** Returns the hosts under which clients may call this Switchboard. */
function knownHosts({ connection, settings }: KeySources): readonly string[] {
  const urls = [connection?.endpoint, settings?.publicUrl, settings?.ownUrl].filter((url) => url !== undefined);
  return [...new Set(urls.map((url) => new URL(url).host))];
}

const WIDTH = 16;

/** The problem, its remedy, and both sides line by line. Contains the correct signature: only for the owner of the key. */
export function diagnosisText(it: Diagnosis): string {
  const { message, remedy, ours, theirs } = it;
  return [
    message,
    `→ ${remedy}`,
    '',
    ...compareLines('verb', theirs.method, ours.method),
    ...compareLines('path and query', theirs.target, ours.target),
    ...compareLines('date', theirs.date, ours.date),
    ...compareLines('host', theirs.host, ours.host),
    ...compareLines('content hash', theirs.contentHash, ours.contentHash),
    ...compareLines('string to sign', stringOf(theirs), stringOf(ours)),
    ...compareLines('signature', it.theirSignature, it.ourSignature),
  ].join('\n');
}

/** The string to sign on one line. */
function stringOf(parts: SignedParts): string {
  return JSON.stringify(textOf(parts));
}

/** Theirs above ours, with a caret under the first difference. */
function compareLines(name: string, theirs: string, ours: string): string[] {
  const label = `  ${name.padEnd(WIDTH)}`;
  const blank = ' '.repeat(label.length);
  if (theirs === ours) return [`${label}both    ${ours}`];
  return [
    `${label}theirs  ${theirs}`,
    `${blank}ours    ${ours}`,
    `${blank}        ${' '.repeat(commonLength(theirs, ours))}^`,
  ];
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

function diagnosisJson({ part, message, remedy, ...rest }: Diagnosis): string {
  const facts = { ...rest, theirString: textOf(rest.theirs), ourString: textOf(rest.ours) };
  return JSON.stringify({ part, message, remedy, ...facts }, undefined, 2);
}
