import { inject } from 'vitest';
import { type ChatUser, createChatUser } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import type { Attempt, Target } from './targets.ts';

/** A request that succeeds, and what must stand in its answer: the contract itself requires next to nothing there. */
export interface Success {
  readonly what: string;
  readonly operation: string;
  readonly status: number;
  /** Makes what the request needs on the same target, and the request. */
  prepare(target: Target): Promise<Omit<Attempt, 'operation'>>;
  /** Members that the answer has; functions check a single value. */
  readonly members: object;
}

const { acsConnectionString } = inject('stack');
const newUser = () => createChatUser(acsConnectionString);

function idOf(body: unknown, ...path: string[]): string {
  const value = path.reduce((it, name) => Reflect.get(Object(it), name), body);
  if (typeof value !== 'string') throw new Error(`There is no ${path.join('.')} in ${JSON.stringify(body)}`);
  return value;
}

async function newIdentity(target: Target): Promise<string> {
  const { body } = await target.send({ operation: 'createIdentity', body: {} });
  return idOf(body, 'identity', 'id');
}

async function newThread(target: Target, user: ChatUser): Promise<string> {
  const { body } = await target.send({ operation: 'createChatThread', body: { topic: uniqueTopic() }, user });
  return idOf(body, 'chatThread', 'id');
}

async function newThreadWithMessage(target: Target, content: string) {
  const user = await newUser();
  const chatThreadId = await newThread(target, user);
  const body = { content, senderDisplayName: 'Anna', type: 'html' };
  await target.send({ operation: 'sendChatMessage', params: { chatThreadId }, body, user });
  return { user, chatThreadId };
}

/** The wire's form of a participant, which both targets take. */
const participant = ({ id }: ChatUser) => ({
  communicationIdentifier: { rawId: id, communicationUser: { id } },
  displayName: 'Guest',
});

const ANY_TEXT = /./s;
const USER_ID = /^8:acs:[0-9a-f-]{36}_[0-9a-f-]{36}$/;
const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const WEB_ADDRESS = /^https?:\/\//;

export const SUCCESSES: readonly Success[] = [
  {
    what: 'without a token',
    operation: 'createIdentity',
    status: 201,
    prepare: async () => ({ body: {} }),
    members: { identity: { id: USER_ID } },
  },
  {
    what: 'with a token',
    operation: 'createIdentity',
    status: 201,
    prepare: async () => ({ body: { createTokenWithScopes: ['chat', 'voip'] } }),
    members: { identity: { id: USER_ID }, accessToken: { token: TOKEN, expiresOn: ANY_TEXT } },
  },
  {
    what: 'that is there',
    operation: 'deleteIdentity',
    status: 204,
    prepare: async (target) => ({ params: { id: await newIdentity(target) } }),
    members: {},
  },
  {
    what: 'for an hour',
    operation: 'issueAccessToken',
    status: 200,
    prepare: async (target) => ({
      params: { id: await newIdentity(target) },
      body: { scopes: ['chat'], expiresInMinutes: 60 },
    }),
    members: { token: TOKEN, expiresOn: ANY_TEXT },
  },
  {
    what: 'to two recipients',
    operation: 'sendSms',
    status: 202,
    prepare: async () => ({
      body: {
        from: SENDER,
        smsRecipients: [{ to: uniquePhone() }, { to: uniquePhone() }],
        message: 'Hello 👋',
        smsSendOptions: { enableDeliveryReport: true, tag: 'contract' },
      },
    }),
    members: {
      value: [
        { to: /^\+1\d{10}$/, messageId: ANY_TEXT, httpStatusCode: 202, successful: true },
        { to: /^\+1\d{10}$/, messageId: ANY_TEXT, httpStatusCode: 202, successful: true },
      ],
    },
  },
  {
    what: 'to all three kinds of recipients',
    operation: 'sendEmail',
    status: 202,
    prepare: async () => ({
      body: {
        senderAddress: 'news@contoso.com',
        recipients: {
          to: [{ address: uniqueAddress(), displayName: 'Anna' }],
          cc: [{ address: uniqueAddress() }],
          bcc: [{ address: uniqueAddress() }],
        },
        content: { subject: 'Contract', plainText: 'Text', html: '<p>Text</p>' },
      },
    }),
    members: { id: ANY_TEXT, status: /^(?:NotStarted|Running|Succeeded)$/ },
  },
  {
    what: 'with a participant',
    operation: 'createChatThread',
    status: 201,
    prepare: async () => ({
      body: { topic: uniqueTopic(), participants: [participant(await newUser())] },
      user: await newUser(),
    }),
    members: { chatThread: { id: /@thread\.v2$/, topic: /^topic /, createdOn: ANY_TEXT } },
  },
  {
    what: 'a page of them',
    operation: 'listChatThreads',
    status: 200,
    prepare: async (target) => {
      const user = await newUser();
      await newThread(target, user);
      await newThread(target, user);
      return { params: { maxPageSize: '1', startTime: '2026-01-01T00:00:00Z' }, user };
    },
    members: { value: [{ id: /@thread\.v2$/, topic: /^topic / }], nextLink: WEB_ADDRESS },
  },
  {
    what: 'with a name',
    operation: 'sendChatMessage',
    status: 201,
    prepare: async (target) => {
      const user = await newUser();
      const chatThreadId = await newThread(target, user);
      return { params: { chatThreadId }, body: { content: 'Hello', senderDisplayName: 'Anna' }, user };
    },
    members: { id: /^\d+$/ },
  },
  {
    what: 'the newest first',
    operation: 'listChatMessages',
    status: 200,
    prepare: async (target) => {
      const { user, chatThreadId } = await newThreadWithMessage(target, '<b>Hello</b>');
      return { params: { chatThreadId, maxPageSize: '1' }, user };
    },
    members: {
      value: [
        {
          id: /^\d+$/,
          type: 'html',
          content: { message: '<b>Hello</b>' },
          senderDisplayName: 'Anna',
          createdOn: ANY_TEXT,
        },
      ],
      nextLink: WEB_ADDRESS,
    },
  },
];
