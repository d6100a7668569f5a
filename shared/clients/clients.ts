import { randomBytes } from 'node:crypto';
import { withoutBrackets } from '../contract/common.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import {
  ACT_AS,
  type ClientSettings,
  type Countries,
  type DefaultLimits,
  EVERY_OPERATION,
  LIMIT_NAMES,
  type Limits,
  OPERATOR,
  OWN_NAME,
} from '../settings/clientSettings.ts';
import { importKey, type SigningKey } from '../signing/sign.ts';
import { type ReceivedHeaders, type VerifiedHeaders, verifyHeaders } from '../signing/verify.ts';

const KEY_BYTES = 32;

/** An app that may call Switchboard, with its permissions. */
export interface Client {
  readonly name: string;
  /** Operations it may call; undefined for all. */
  readonly allow: ReadonlySet<string> | undefined;
  /** Numbers, sender IDs and addresses it may send from; undefined for any. */
  readonly senders: ReadonlySet<string> | undefined;
  /** Numbers and addresses it may send to, with `*` as in the settings; undefined for any. */
  readonly recipients: readonly string[] | undefined;
  /** Countries it may send SMS messages to; undefined for any. */
  readonly countries: Countries | undefined;
  readonly limits: Limits;
  /** Whether it may act as any chat user, not only its own. */
  readonly mayActAs: boolean;
  /** Whether it may read the audit log of all clients. */
  readonly isOperator: boolean;
}

/** A verified signature and its client. */
export interface SignedRequest extends Pick<VerifiedHeaders, 'contentHash' | 'moreHeaders' | 'signature' | 'signedOn'> {
  readonly client: Client;
}

export interface Clients {
  /**
   * Authenticates a client by the headers of its request. The caller must still compare the body with `contentHash`. If the
   * header `x-ms-client-name` is present, only the keys of that client are tried.
   *
   * @throws SwitchboardError `Denied`, with the part of the signature that differs
   */
  authenticate(request: ReceivedHeaders, now: Date): SignedRequest;
  /** @throws SwitchboardError `Denied` if no client has this name */
  named(name: string): Client;
  /** The owner of accepted work, including Switchboard itself; undefined once the client is removed from CLIENTS. */
  ownerNamed(name: string): Client | undefined;
  /** Switchboard itself. Anyone who can write to the storage account's queues has its permissions. */
  readonly own: Client;
  /** Without clients, every HTTP call is refused. */
  readonly isEmpty: boolean;
}

/** @param defaults for clients without limits or countries of their own */
export function createClients(settings: readonly ClientSettings[], defaults: DefaultLimits = {}): Clients {
  const clients = settings.map((it) => toClient(it, defaults));
  const keys = settings.flatMap((it, index) => it.keys.map((key) => ({ key: importKey(key), client: clients[index] })));
  const everyKey = keys.map(({ key }) => key);
  const decoys = [randomKey(), randomKey()];
  const own = toClient({ name: OWN_NAME, allow: [EVERY_OPERATION, ACT_AS] }, defaults);
  const ownerNamed: Clients['ownerNamed'] = (name) => [own, ...clients].find((it) => it.name === name);
  return {
    isEmpty: clients.length === 0,
    own,
    ownerNamed,
    authenticate(request, now) {
      const name = request.header('x-ms-client-name');
      const tried = name ? keys.filter((it) => it.client?.name === name) : keys;
      // An unknown name costs as much time as a known one, so that timing does not reveal which clients exist.
      const signingKeys = tried === keys ? everyKey : tried.length > 0 ? tried.map(({ key }) => key) : decoys;
      const verification = verifyHeaders(request, signingKeys, now);
      if (!verification.ok) throw new SwitchboardError('Denied', verification.message);
      const { ok: _, keyIndex, ...signed } = verification;
      const client = tried[keyIndex]?.client;
      if (!client) throw new RangeError(`No client for key ${keyIndex}.`);
      return { client, ...signed };
    },
    named(name) {
      const client = clients.find((it) => it.name === name);
      if (!client) throw new SwitchboardError('Denied', 'No client has this name.', { target: 'client' });
      return client;
    },
  };
}

/** A key that belongs to no client. */
function randomKey(): SigningKey {
  return importKey(randomBytes(KEY_BYTES).toString('base64'));
}

function toClient(settings: Omit<ClientSettings, 'keys'>, defaults: DefaultLimits): Client {
  const { name, allow, senders, recipients } = settings;
  const everyOperation = allow === undefined || allow.includes(EVERY_OPERATION);
  return {
    name,
    allow: everyOperation ? undefined : new Set(allow),
    senders: senders && new Set(senders.map(normalisedSender)),
    recipients: recipients?.map((it) => it.toLowerCase()),
    countries: settings.countries ?? defaults.countries,
    limits: limitsOf(settings, defaults),
    mayActAs: allow?.includes(ACT_AS) ?? false,
    isOperator: allow?.includes(OPERATOR) ?? false,
  };
}

function limitsOf({ limits = {} }: Pick<ClientSettings, 'limits'>, defaults: DefaultLimits): Limits {
  const values = LIMIT_NAMES.map((name) => [name, limits[name] === undefined ? defaults[name] : limits[name]] as const);
  return Object.fromEntries(values.filter(([, value]) => typeof value === 'number'));
}

/** @throws SwitchboardError `Forbidden` unless `allow` includes the operation */
export function assertMayCall(client: Client, operation: string): void {
  if (!mayCall(client, operation)) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not call ${operation}.`);
  }
}

export function mayCall({ allow }: Client, operation: string): boolean {
  return allow === undefined || allow.has(operation);
}

/** @throws SwitchboardError `Forbidden` unless `senders` includes the sender */
export function assertMaySendFrom(client: Client, sender: string, target: string): void {
  if (!maySendFrom(client, sender)) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not send from this sender.`, { target });
  }
}

export function maySendFrom({ senders }: Client, sender: string): boolean {
  return senders === undefined || senders.has(normalisedSender(sender));
}

/** Case and angle brackets do not distinguish addresses or sender IDs. */
function normalisedSender(sender: string): string {
  return withoutBrackets(sender.trim()).toLowerCase();
}
