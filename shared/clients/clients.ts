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
import { importKey, type SigningKey } from '../signing/keys.ts';
import { type ReceivedHeaders, type VerifiedHeaders, verifyHeaders } from '../signing/verify.ts';

const KEY_BYTES = 32;

/** An app that may call Switchboard, and what it may do. */
export interface Client {
  readonly name: string;
  /** Operation names; undefined: every operation. */
  readonly allow: ReadonlySet<string> | undefined;
  /** Numbers, sender IDs and addresses it may send from; undefined: any. */
  readonly senders: ReadonlySet<string> | undefined;
  /** Numbers and addresses it may send to, with `*` as in the settings; undefined: any. */
  readonly recipients: readonly string[] | undefined;
  /** Countries it may send SMS to; undefined: any. */
  readonly countries: Countries | undefined;
  readonly limits: Limits;
  /** Whether it may act as other chat users than its own. */
  readonly mayActAs: boolean;
  /** Whether it sees what other clients have done. */
  readonly isOperator: boolean;
}

/** What a client's signature covers, besides what it is made over. */
export interface SignedRequest extends Pick<VerifiedHeaders, 'contentHash' | 'moreHeaders' | 'signature' | 'signedOn'> {
  readonly client: Client;
}

export interface Clients {
  /**
   * Identifies a client by the headers of its request. The body must still match `contentHash`. With the header
   * `x-ms-client-name`, only the keys of that client are tried.
   *
   * @throws SwitchboardError `Denied`, naming the part of the signature that differs
   */
  authenticate(request: ReceivedHeaders, now: Date): SignedRequest;
  /** @throws SwitchboardError `Denied` when there is no client with this name */
  named(name: string): Client;
  /** The client that accepted work belongs to, Switchboard itself included; undefined once it is removed from CLIENTS. */
  ownerNamed(name: string): Client | undefined;
  /** Switchboard itself: anyone who can write to the storage account's queues has its rights. */
  readonly own: Client;
  /** Without any client every HTTP call is refused. */
  readonly isEmpty: boolean;
}

/** @param defaults of clients that do not set limits or countries of their own */
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
      // A name that no client has costs what any other does, so that the time says nothing about which clients exist.
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
      if (!client) throw new SwitchboardError('Denied', 'There is no client with this name.', { target: 'client' });
      return client;
    },
  };
}

/** Of no client. */
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

/** @throws SwitchboardError `Forbidden` when the client's `allow` does not hold the operation */
export function assertMayCall(client: Client, operation: string): void {
  if (!mayCall(client, operation)) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not call ${operation}.`);
  }
}

export function mayCall({ allow }: Client, operation: string): boolean {
  return allow === undefined || allow.has(operation);
}

/** @throws SwitchboardError `Forbidden` when the client's `senders` do not hold the sender */
export function assertMaySendFrom(client: Client, sender: string, target: string): void {
  if (!maySendFrom(client, sender)) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not send from this sender.`, { target });
  }
}

export function maySendFrom({ senders }: Client, sender: string): boolean {
  return senders === undefined || senders.has(normalisedSender(sender));
}

/** Email addresses and alphanumeric sender IDs differ by more than case, and not by angle brackets. */
function normalisedSender(sender: string): string {
  return withoutBrackets(sender.trim()).toLowerCase();
}
