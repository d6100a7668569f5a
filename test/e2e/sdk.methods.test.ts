import { readFileSync } from 'node:fs';
import * as stableChat from '@azure/communication-chat';
import * as betaChat from '@azure/communication-chat-beta';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import * as email from '@azure/communication-email';
import * as identity from '@azure/communication-identity';
import * as stableSms from '@azure/communication-sms';
import * as betaSms from '@azure/communication-sms-beta';
import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { SDK_MEMBERS } from '../../infra/toolchain/sdkMembers.ts';
import { STATUS_OF_CODE } from '../../shared/contract/switchboardError.ts';
import { CHAT_CASES, NO_THREAD } from './sdk/chatCases.ts';
import { EMAIL_CASES, emailWith } from './sdk/emailCases.ts';
import { IDENTITY_CASES } from './sdk/identityCases.ts';
import { classesOf, publicMembers } from './sdk/members.ts';
import { type Outcome, runCase } from './sdk/outcome.ts';
import { BETA, type Case, type Column, createSide, type MemberCases, type SentRequest, STABLE } from './sdk/side.ts';
import { SMS_CASES } from './sdk/smsCases.ts';
import { THREAD_CASES } from './sdk/threadCases.ts';
import { SDK_TARGETS } from './targets.ts';

const CASES: Readonly<Record<string, MemberCases>> = {
  ...SMS_CASES,
  ...EMAIL_CASES,
  ...IDENTITY_CASES,
  ...CHAT_CASES,
  ...THREAD_CASES,
};

const CONNECTION_STRING = 'endpoint=http://127.0.0.1:9;accesskey=bm90IHVzZWQ=';
const CREDENTIAL = new AzureCommunicationTokenCredential('not.used.here');
const ENDPOINT = 'https://127.0.0.1:9';

const CHAT_INSTANCES = (chat: typeof stableChat | typeof betaChat) => ({
  ChatClient: new chat.ChatClient(ENDPOINT, CREDENTIAL),
  ChatThreadClient: new chat.ChatThreadClient(ENDPOINT, NO_THREAD, CREDENTIAL),
});

interface Package {
  readonly name: string;
  readonly exports: object;
  readonly instances: Readonly<Record<string, object>>;
}

const PACKAGES: Readonly<Record<Column['name'], readonly Package[]>> = {
  stable: [
    { name: 'sms', exports: stableSms, instances: { SmsClient: new stableSms.SmsClient(CONNECTION_STRING) } },
    { name: 'email', exports: email, instances: { EmailClient: new email.EmailClient(CONNECTION_STRING) } },
    {
      ...{ name: 'identity', exports: identity },
      instances: { CommunicationIdentityClient: new identity.CommunicationIdentityClient(CONNECTION_STRING) },
    },
    { name: 'chat', exports: stableChat, instances: CHAT_INSTANCES(stableChat) },
  ],
  beta: [
    { name: 'sms-beta', exports: betaSms, instances: { SmsClient: new betaSms.SmsClient(CONNECTION_STRING) } },
    { name: 'chat-beta', exports: betaChat, instances: CHAT_INSTANCES(betaChat) },
  ],
};

const paths = z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string().optional() })));

/** Methods and paths of Switchboard's operations, as its OpenAPI document describes them. */
async function readRoutes(): Promise<{ operation: string | undefined; method: string; path: RegExp }[]> {
  const response = await fetch(`${inject('stack').switchboard}/openapi.json`);
  const document = z.looseObject({ paths }).parse(await response.json());
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: operation }]) => ({
      ...{ operation, method: method.toUpperCase() },
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    })),
  );
}

const routes = await readRoutes();

const operationOf = ({ method, url: { pathname } }: SentRequest): string | undefined =>
  routes.find((route) => route.method === method && route.path.test(pathname))?.operation;

/**
 * What ACS's result is expected to be through Switchboard: where Switchboard itself refuses a request, the code is one of
 * those that it documents, and every error has the envelope, which some api-versions of SMS do not have.
 */
function expectedOf(acs: Outcome, seen: Outcome): object {
  const { requests: _acs, ...expected } = acs;
  const code = seen.error?.code;
  if (!expected.error) return expected;
  const isOwnCode = typeof code === 'string' && code in STATUS_OF_CODE;
  return {
    error: {
      ...expected.error,
      ...(isOwnCode && { code }),
      ...(expected.error.envelope === undefined && { envelope: seen.error?.envelope }),
    },
  };
}

describe.each([STABLE, BETA])('the $name packages', (column) => {
  const packages = PACKAGES[column.name];
  const classes = packages.flatMap(({ name, exports, instances }) =>
    classesOf(exports, instances).map((it) => ({
      ...it,
      members: publicMembers(it, `node_modules/@azure/communication-${name}`),
    })),
  );
  // There is no beta of the other packages that belongs to their stable version.
  const isTested = (member: string) =>
    column.name === 'stable' || classes.some(({ name }) => member.startsWith(`${name}.`));
  const listed = Object.keys(SDK_MEMBERS).filter(
    (member) => (SDK_MEMBERS[member]?.only ?? column.name) === column.name && isTested(member),
  );

  test('have these public members', async () => {
    const poller = column.name === 'stable' ? await newPoller() : {};
    const ofPoller = Object.keys(poller).map((member) => `EmailClient.beginSend().${member}`);
    expect(new Set([...classes.flatMap(({ members }) => members), ...ofPoller])).toEqual(new Set(listed));
  });

  describe.concurrent.each(listed)('%s', (member) => {
    const { operation, differences = {}, betaDifferences = {} } = SDK_MEMBERS[member] ?? {};
    const known = column.name === 'beta' ? { ...differences, ...betaDifferences } : differences;
    const { succeeds = {}, fails = {} } = CASES[member] ?? {};

    async function compare(name: string, prepare: Case): Promise<void> {
      const [acs, switchboard] = await Promise.all(
        SDK_TARGETS.map((target) => runCase(createSide(target, column), prepare)),
      );
      if (!acs || !switchboard) throw new Error('There are two sides.');
      expect(acs.error !== undefined, JSON.stringify(acs)).toBe(Object.hasOwn(fails, name));
      const { requests, ...seen } = switchboard;
      if (name in known) expect(seen).not.toEqual(expectedOf(acs, switchboard));
      else expect(seen).toEqual(expectedOf(acs, switchboard));
      expect(requests[0] && operationOf(requests[0])).toBe(acs.requests[0] && operation);
    }

    test.each(Object.entries({ ...succeeds, ...fails }))('%s', compare);
  });
});

test('all cases are those of a listed member, and no operation is newer than this version', () => {
  expect(Object.keys(CASES).filter((member) => !(member in SDK_MEMBERS))).toEqual([]);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const versions = Object.values(SDK_MEMBERS).flatMap(({ since = [] }) => since);
  expect(versions.filter((since) => since.localeCompare(version, 'en', { numeric: true }) > 0)).toEqual([]);
});

async function newPoller(): Promise<object> {
  const [emulator] = SDK_TARGETS;
  if (!emulator) throw new Error('There is no emulator.');
  return createSide(emulator, STABLE).email.beginSend(emailWith({}));
}
