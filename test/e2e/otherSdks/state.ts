import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import * as z from 'zod';
import type { Connection } from '../../../infra/local/client/connection.ts';
import { uniqueAddress, uniquePhone, uniqueSender } from '../../setup/names.ts';
import { answerOf, call } from '../../setup/switchboard.ts';
import type { RecordedResponse } from './recordings.ts';

const identity = z.object({ identity: z.object({ id: z.string() }), accessToken: z.object({ token: z.string() }) });
const thread = z.object({ chatThread: z.object({ id: z.string() }) });
const item = z.object({ id: z.string() });
const page = z.object({ nextLink: z.url() });

/** Versions that the services of ACS have; Switchboard takes any. */
const [IDENTITY, EMAIL, CHAT] = ['api-version=2023-10-01', 'api-version=2025-09-01', 'api-version=2025-03-15'];

/** The values of placeholders: what must exist is created at the server when it is first asked for. */
export function createState(connection: Connection, requestId: string): (name: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  const resolve = (name: string): Promise<string> => {
    const value = known.get(name) ?? create(name);
    known.set(name, value);
    return value;
  };
  const signed = async (target: string, body: object) =>
    (await call(connection, { method: 'POST', target, body })).body;
  const asUser = async (target: string, body: object) => {
    const headers = { authorization: `Bearer ${await resolve('userToken')}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await answerOf(await fetch(`${connection.endpoint}${target}?${CHAT}`, init))).body;
  };
  const inThread = async (path: string) => `/chat/threads/${encodeURIComponent(await resolve('thread'))}${path}`;

  async function createUser(name: string): Promise<string> {
    const created = identity.parse(await signed(`/identities?${IDENTITY}`, { createTokenWithScopes: ['chat'] }));
    known.set(`${name}Token`, Promise.resolve(created.accessToken.token));
    return created.identity.id;
  }

  /** Path and query of `nextLink`, which SDKs follow as it is. */
  async function nextPage(list: string, maxPageSize: number): Promise<string> {
    const target = `${await inThread(list)}?maxPageSize=${maxPageSize}&${CHAT}`;
    const headers = { authorization: `Bearer ${await resolve('userToken')}` };
    const { nextLink } = page.parse((await answerOf(await fetch(connection.endpoint + target, { headers }))).body);
    return nextLink.slice(new URL(nextLink).origin.length);
  }

  async function createThread(): Promise<string> {
    const guest = {
      communicationIdentifier: { communicationUser: { id: await resolve('guest') } },
      displayName: 'Guest',
    };
    return thread.parse(await asUser('/chat/threads', { topic: randomUUID(), participants: [guest] })).chatThread.id;
  }

  const creators: Readonly<Record<string, () => Promise<string> | string>> = {
    requestId: () => requestId,
    uuid: randomUUID,
    otherUuid: randomUUID,
    httpDate: () => new Date().toUTCString(),
    number: uniquePhone,
    otherNumber: uniquePhone,
    sender: uniqueSender,
    address: uniqueAddress,
    otherAddress: uniqueAddress,
    thirdAddress: uniqueAddress,
    identity: () => createUser('identity'),
    user: () => createUser('user'),
    guest: () => createUser('guest'),
    newcomer: () => createUser('newcomer'),
    userToken: async () => {
      await resolve('user');
      return resolve('userToken');
    },
    thread: createThread,
    message: async () =>
      item.parse(await asUser(await inThread('/messages'), { content: 'Hello', senderDisplayName: 'Owner' })).id,
    receipt: async () => {
      await asUser(await inThread('/readReceipts'), { chatMessageId: await resolve('message') });
      return 'sent';
    },
    nextMessages: async () => {
      await resolve('message');
      return nextPage('/messages', 2);
    },
    nextParticipants: () => nextPage('/participants', 1),
    email: async () => {
      const recipients = { to: [{ address: uniqueAddress() }] };
      const content = { subject: 'Subject', plainText: 'Text' };
      return item.parse(
        await signed(`/emails:send?${EMAIL}`, { senderAddress: 'news@contoso.com', content, recipients }),
      ).id;
    },
  };

  async function create(name: string): Promise<string> {
    const creator = creators[name];
    if (!creator) throw new Error(`Nothing is known about the placeholder {${name}}.`);
    return creator();
  }

  return resolve;
}

const PLACEHOLDER = /\{(=?)(\w+)\}/g;

/** Replaces placeholders in a text, one after the other, since one may create what the next one names. */
export async function fill(
  text: string,
  resolve: (name: string) => Promise<string>,
  write: (value: string) => string = (value) => value,
): Promise<string> {
  let filled = text;
  for (const [placeholder, verbatim, name = ''] of text.matchAll(PLACEHOLDER)) {
    const value = await resolve(name);
    filled = filled.replace(placeholder, verbatim ? value : write(value));
  }
  return filled;
}

/** The same for every text in a value. */
export async function fillAll(value: unknown, resolve: (name: string) => Promise<string>): Promise<unknown> {
  return JSON.parse(await fill(JSON.stringify(value), resolve)) as unknown;
}

const VARYING: Readonly<Record<string, RegExp>> = {
  '<string>': /./,
  /** The states of the specification that are not final; recorded as `Running`. */
  '<unfinished>': /^(?:NotStarted|Running)$/,
  '<digits>': /^\d+$/,
  '<uuid>': /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
  '<token>': /^[\w-]+\.[\w-]+\.[\w-]+$/,
  '<url>': /^https?:\/\/127\.0\.0\.1:\d+\//,
  '<time>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)$/,
};

/** What a response is compared with: what varies is a matcher. */
export function matching({ status, headers, body }: RecordedResponse): object {
  const expectedHeaders = Object.keys(headers).length === 0 ? {} : { headers: toExpected(headers) };
  return { status, ...expectedHeaders, body: toExpected(body) };
}

function toExpected(value: unknown): unknown {
  if (typeof value === 'string') {
    const pattern = VARYING[value];
    return pattern ? expect.stringMatching(pattern) : value;
  }
  if (Array.isArray(value)) return value.map(toExpected);
  if (typeof value !== 'object' || value === null) return value;
  // Any object matches one without members.
  if (Object.keys(value).length === 0) return expect.toSatisfy((it: object) => Object.keys(it).length === 0);
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, toExpected(it)]));
}
