import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { describedOperations } from '../setup/describedOperations.ts';
import { createChatUser, identityIds, threadsAbout } from '../setup/emulator.ts';
import { uniqueTopic } from '../setup/names.ts';
import { openQueues } from '../setup/storage.ts';
import { type ClientName, call, connectionOf } from '../setup/switchboard.ts';
import { teamsRequest } from '../setup/teams.ts';

const { switchboard, acs, acsConnectionString, storage } = inject('stack');
const queues = openQueues(storage);

const onIdentities = (await describedOperations(switchboard)).filter(({ path }) => path.startsWith('/identities/{id}'));

const identityAnswer = z.object({ identity: z.object({ id: z.string() }) });
const tokenAnswer = z.object({ token: z.string() });
const threadAnswer = z.object({
  chatThread: z.object({ createdByCommunicationIdentifier: z.object({ communicationUserId: z.string() }) }),
});

const post = (client: ClientName, target: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(connectionOf(switchboard, client), { method: 'POST', target, headers, ...(body === undefined ? {} : { body }) });
const issueAt = (client: ClientName, path: string, headers = {}) =>
  post(client, `/identities/${path}/:issueAccessToken`, { scopes: ['chat'] }, headers);
const revokeAt = (client: ClientName, path: string) => post(client, `/identities/${path}/:revokeAccessTokens`);
const issue = (client: ClientName, id: string, headers = {}) => issueAt(client, encodeURIComponent(id), headers);
const remove = (client: ClientName, id: string) =>
  call(connectionOf(switchboard, client), { method: 'DELETE', target: `/identities/${encodeURIComponent(id)}` });

async function identityOf(client: ClientName): Promise<string> {
  const { body } = await post(client, '/identities', {});
  return identityAnswer.parse(body).identity.id;
}

/** The identity under which Switchboard acts for a client in chat. */
async function chatIdentityOf(client: ClientName): Promise<string> {
  const { body } = await post(client, '/chat/threads', { topic: uniqueTopic() });
  return threadAnswer.parse(body).chatThread.createdByCommunicationIdentifier.communicationUserId;
}

const fullWidth = (digit: string) => String.fromCodePoint(0xff10 + Number(digit));

const forbidden = { status: 403, body: { error: { code: 'Forbidden', target: 'id' } } };
const SPELLINGS: readonly (readonly [string, (id: string) => string])[] = [
  ['as it is', (id) => id],
  ['percent-encoded', encodeURIComponent],
  ['with an escaped digit', (id) => id.replace(/^8/, '%38')],
  ['in upper case', (id) => id.toUpperCase()],
  ['with a space at its end', (id) => `${id}%20`],
  ['with a dot at its end', (id) => `${id}.`],
  ['in full-width characters', (id) => encodeURIComponent(id.replace(':', '\uFF1A'))],
];

describe('another client’s identity', () => {
  test('is the matter of several operations', () => {
    expect(onIdentities.length).toBeGreaterThan(1);
  });

  test.each(SPELLINGS)('opens to no other client over HTTP, %s', async (_how, spell) => {
    const id = await identityOf('plain');
    for (const { method, path, example: body } of onIdentities) {
      const request = { method, target: path.replace('{id}', spell(id)), ...(body === undefined ? {} : { body }) };
      expect(await call(connectionOf(switchboard, 'neighbor'), request), path).toMatchObject(forbidden);
    }
    expect(await identityIds(acs)).toContain(id);
  });

  test('opens to no other client over a queue', async () => {
    const id = await identityOf('plain');
    for (const { queue = '', example: body } of onIdentities) {
      for (const spelled of [id, id.toUpperCase(), `${id} `, encodeURIComponent(id)]) {
        const outcome = await queues.ask(queue, { client: 'neighbor', params: { id: spelled }, body });
        expect(outcome, queue).toMatchObject({ httpstatus: 403, data: forbidden.body });
      }
    }
    expect(await identityIds(acs)).toContain(id);
  });

  test('is refused in the same words as one that does not exist', async () => {
    const there = await issue('neighbor', await identityOf('plain'));
    const nowhere = await issue('neighbor', (await createChatUser(acsConnectionString)).id.replace(/.{4}$/, '0000'));
    expect(nowhere.status).toBe(403);
    expect(nowhere.body).toEqual(there.body);
  });

  test('is refused also where the key of an answered request is used again', async () => {
    const id = await identityOf('plain');
    const headers = { 'idempotency-key': `issue-${id}` };
    expect(await issue('plain', id, headers)).toMatchObject({ status: 200 });
    expect(await issue('plain', id, headers)).toMatchObject({ status: 200 });
    expect(await issue('neighbor', id, headers)).toMatchObject(forbidden);
    expect(await issue('neighbor', id, headers)).toMatchObject(forbidden);
  });

  test('is not acted under without actAs', async () => {
    const id = await identityOf('plain');
    const topic = uniqueTopic();
    const answer = await post('neighbor', '/chat/threads', { topic }, { 'acting-user': id });
    expect(answer).toMatchObject({ status: 403, body: { error: { target: 'acting-user' } } });
    const outcome = await queues.ask('create-chat-thread', { client: 'neighbor', actingUser: id, body: { topic } });
    expect(outcome).toMatchObject({ httpstatus: 403 });
    expect(await threadsAbout(acs, topic)).toEqual([]);
  });
});

describe('an identity under which Switchboard acts for a client', () => {
  const CLIENTS = ['plain', 'neighbor', 'everything'] as const;

  test.each(SPELLINGS)('opens to no client, not even its own or one with actAs, %s', async (_how, spell) => {
    const id = await chatIdentityOf('plain');
    for (const client of CLIENTS) {
      expect(await issueAt(client, spell(id)), client).toMatchObject(forbidden);
      expect(await revokeAt(client, spell(id)), client).toMatchObject(forbidden);
    }
    expect(await identityIds(acs)).toContain(id);
  });

  test('is deleted by no client', async () => {
    const id = await chatIdentityOf('plain');
    for (const client of CLIENTS) expect(await remove(client, id), client).toMatchObject(forbidden);
    expect(await identityIds(acs)).toContain(id);
  });

  test('opens to no message, whoever wrote it', async () => {
    const id = await chatIdentityOf('plain');
    for (const client of [{}, { client: 'neighbor' }, { client: 'everything' }]) {
      const message = { ...client, params: { id }, body: { scopes: ['chat'] } };
      expect(await queues.ask('issue-access-token', message)).toMatchObject({ httpstatus: 403, data: forbidden.body });
      const revocation = await queues.ask('revoke-access-tokens', { ...client, params: { id } });
      expect(revocation).toMatchObject({ httpstatus: 403, data: forbidden.body });
    }
  });

  // ACS does not document what its gateways make of these.
  test.each([
    ['behind a path that leads back to it', (id: string) => `x/../${id}`],
    ['behind a path with backslashes', (id: string) => `x\\..\\${id}`],
    ['without its first part', (id: string) => id.replace('8:', '')],
    ['as in another cloud', (id: string) => id.replace('acs', 'dod-acs')],
    ['without any prefix', (id: string) => id.replace('8:acs:', '')],
    ['with a query', (id: string) => `${id}?x=1`],
    ['with a fragment', (id: string) => `${id}#x`],
    ['with a path parameter', (id: string) => `${id};x=1`],
    ['percent-encoded three times', (id: string) => encodeURIComponent(encodeURIComponent(encodeURIComponent(id)))],
    ['with a percent-encoded percent sign in parts', (id: string) => id.replace(/^8/, '%2%353%38')],
    [
      'in percent-encoded full-width digits',
      (id: string) => id.replaceAll(/\d/g, (it) => encodeURIComponent(fullWidth(it))),
    ],
  ])('opens to no message with actAs, and is not acted under, %s', async (_how, spell) => {
    const id = spell(await chatIdentityOf('plain'));
    for (const client of [{}, { client: 'everything' }]) {
      const issued = await queues.ask('issue-access-token', { ...client, params: { id }, body: { scopes: ['chat'] } });
      expect(issued).toMatchObject({ httpstatus: 403, data: forbidden.body });
      const outcome = await queues.ask('list-chat-threads', { ...client, actingUser: id });
      expect(outcome).toMatchObject({ httpstatus: 403, data: { error: { target: 'acting-user' } } });
    }
  });

  test.each([
    ['as it is', (id: string) => id],
    ['in upper case', (id: string) => id.toUpperCase()],
    ['percent-encoded', encodeURIComponent],
  ])('is not acted under with actAs, %s', async (_how, spell) => {
    const id = spell(await chatIdentityOf('plain'));
    const topic = uniqueTopic();
    const refused = { error: { code: 'Forbidden', target: 'acting-user' } };
    const answer = await post('everything', '/chat/threads', { topic }, { 'acting-user': id });
    expect(answer).toMatchObject({ status: 403, body: refused });
    for (const client of [{}, { client: 'everything' }]) {
      const outcome = await queues.ask('create-chat-thread', { ...client, actingUser: id, body: { topic } });
      expect(outcome).toMatchObject({ httpstatus: 403, data: refused });
    }
    expect(await threadsAbout(acs, topic)).toEqual([]);
  });
});

describe('the tokens of an identity', () => {
  const tokenOf = async (client: ClientName, id: string) => tokenAnswer.parse((await issue(client, id)).body).token;
  const isValid = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${switchboard}/chat/threads?api-version=2025-03-15`, { headers })).status === 200;
  };

  test('are revoked by the client that created it, with actAs also by another, and by nobody else', async () => {
    const id = await identityOf('plain');
    for (const client of ['plain', 'everything'] as const) {
      const token = await tokenOf('plain', id);
      expect(await revokeAt('neighbor', encodeURIComponent(id))).toMatchObject(forbidden);
      expect(await isValid(token)).toBe(true);
      expect((await revokeAt(client, encodeURIComponent(id))).status).toBe(204);
      expect(await isValid(token)).toBe(false);
    }
  });

  test('are revoked by a message', async () => {
    const id = await identityOf('plain');
    const token = await tokenOf('plain', id);
    expect(await queues.ask('revoke-access-tokens', { client: 'plain', params: { id } })).toMatchObject({
      httpstatus: 204,
    });
    expect(await isValid(token)).toBe(false);
  });

  test('once revoked get no stored answer, although they were used just before', async () => {
    const id = await identityOf('plain');
    const headers = {
      authorization: `Bearer ${await tokenOf('plain', id)}`,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ topic: uniqueTopic() });
    const create = () => fetch(`${switchboard}/chat/threads?api-version=2025-03-15`, { method: 'POST', headers, body });
    expect((await create()).status).toBe(201);
    expect((await create()).headers.get('idempotent-replayed')).toBe('true');
    await revokeAt('plain', encodeURIComponent(id));
    expect((await create()).status).toBe(401);
  });
});

describe('a Teams user’s token', () => {
  const exchange = (client: ClientName, claims: object = {}) =>
    post(client, '/teamsUser/:exchangeAccessToken', teamsRequest(new Date(), claims));

  test('that ACS rejects is not taken for a wrong key of Switchboard’s own', async () => {
    expect(await exchange('plain', { exp: 1 })).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAccessToken' } },
    });
    expect((await post('plain', '/identities', {})).status).toBe(201);
  });

  test('is exchanged for no client without the operation', async () => {
    const refused = { status: 403, body: { error: { code: 'Forbidden' } } };
    expect(await exchange('smsOnly')).toMatchObject(refused);
    expect((await exchange('plain')).status).toBe(200);
  });

  test('is exchanged by no message without a place for the new one', async () => {
    const body = teamsRequest(new Date());
    const id = randomUUID();
    await queues.put('exchange-teams-user-access-token', JSON.stringify({ id, client: 'plain', body }));
    const outcome = await queues.takeOutcome('outcomes', 'switchboard.exchangeTeamsUserAccessToken.succeeded');
    expect(Object.keys(Object(outcome.data))).toEqual(['expiresOn']);
    const asked = await queues.ask('exchange-teams-user-access-token', { client: 'plain', body });
    expect(tokenAnswer.parse(asked.data).token).toMatch(/^eyJ/);
  });
});

describe('a client', () => {
  test('uses and deletes what it created, and may delete it again', async () => {
    const id = await identityOf('plain');
    expect(await issue('plain', id)).toMatchObject({ status: 200 });
    expect((await remove('plain', id)).status).toBe(204);
    expect(await identityIds(acs)).not.toContain(id);
    expect((await remove('plain', id)).status).toBe(204);
    expect((await issue('plain', id)).status).toBe(404);
    expect(await issue('neighbor', id)).toMatchObject(forbidden);
  });

  test('uses over a queue what it created over HTTP, and the other way round', async () => {
    const id = await identityOf('plain');
    const asked = { client: 'plain', params: { id }, body: { scopes: ['chat'] } };
    expect(await queues.ask('issue-access-token', asked)).toMatchObject({ httpstatus: 200 });
    const made = await queues.ask('create-identity', { client: 'plain', body: {} });
    expect((await issue('plain', identityAnswer.parse(made.data).identity.id)).status).toBe(200);
  });

  test('gets a token again when it repeats the creation', async () => {
    const headers = { 'idempotency-key': `create-${randomUUID()}` };
    const create = () => post('plain', '/identities', { createTokenWithScopes: ['chat'] }, headers);
    const [first, second] = [await create(), await create()];
    expect(second).toMatchObject({ status: 201, body: { accessToken: { token: expect.stringMatching(/^eyJ/) } } });
    expect(identityAnswer.parse(second.body)).toEqual(identityAnswer.parse(first.body));
  });

  test('does not use what was created elsewhere; with actAs it does', async () => {
    const { id } = await createChatUser(acsConnectionString);
    expect(await issue('plain', id)).toMatchObject(forbidden);
    expect((await issue('everything', id)).status).toBe(200);
    expect((await remove('everything', id)).status).toBe(204);
  });

  test('with actAs uses and deletes what another client created', async () => {
    const id = await identityOf('plain');
    expect((await issue('everything', id)).status).toBe(200);
    expect((await remove('everything', id)).status).toBe(204);
    expect((await remove('plain', id)).status).toBe(204);
  });
});
