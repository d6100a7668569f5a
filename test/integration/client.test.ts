import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { SwitchboardClient } from '../../shared/client/client.ts';
import { TRUSTING } from '../e2e/targets.ts';
import { jwt } from '../setup/credentials.ts';
import { emailsTo, smsTo } from '../setup/emulator.ts';
import { recipientsOf, SENDER, uniqueAddress, uniquePhone, uniqueSender, uniqueTopic } from '../setup/names.ts';
import { closedPort } from '../setup/processes.ts';
import { connectionOf } from '../setup/switchboard.ts';
import { all } from '../unit/client/calls.ts';

// The typed client against a whole stack, one group of methods after the other.

const { acs, switchboard, switchboardTls } = inject('stack');
const connection = connectionOf(switchboard);
const client = new SwitchboardClient(connection, { clientName: 'everything' });

/** `fetch`, but the response of the first request is lost after it has taken effect. */
function losingFirstResponse(): { readonly fetch: typeof fetch; readonly count: () => number } {
  let count = 0;
  return {
    count: () => count,
    fetch: async (input, init) => {
      count += 1;
      const response = await fetch(input, init);
      if (count > 1) return response;
      await response.arrayBuffer();
      throw new TypeError('fetch failed');
    },
  };
}

const impatient = { retry: { initialDelaySeconds: 0 } };

describe('sms', () => {
  test('sends a message, and returns its delivery status', async () => {
    const to = uniquePhone();
    const { value } = await client.sms.send({
      from: SENDER,
      smsRecipients: [{ to }],
      message: 'Hello',
      smsSendOptions: { enableDeliveryReport: true, tag: 'spring' },
    });
    expect(value).toMatchObject([{ to, successful: true, httpStatusCode: 202 }]);
    const report = await client.sms.getDeliveryReport(value[0]?.messageId ?? '');
    expect(report).toMatchObject({ to, from: SENDER, tag: 'spring' });
  });

  test('sends one message if the response is lost, and two if it is called twice', async () => {
    const to = uniquePhone();
    const unlucky = losingFirstResponse();
    const own = new SwitchboardClient(connection, { ...impatient, fetch: unlucky.fetch });
    let replayed: string | null = null;
    const message = { from: SENDER, smsRecipients: [{ to }], message: 'Hello' };
    await own.sms.send(message, {
      onResponse: ({ headers }) => {
        replayed = headers.get('idempotent-replayed');
      },
    });
    expect({ replayed, requests: unlucky.count() }).toEqual({ replayed: 'true', requests: 2 });
    expect(await smsTo(acs, to)).toHaveLength(1);
    await own.sms.send(message);
    expect(await smsTo(acs, to)).toHaveLength(2);
  });

  test('names each invalid field', async () => {
    const message = { from: SENDER, smsRecipients: [], message: 'Hello' };
    await expect(client.sms.send(message)).rejects.toMatchObject({
      code: 'InvalidRequest',
      status: 400,
      details: [{ code: 'InvalidField', target: 'smsRecipients' }],
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });
});

describe('batches', () => {
  test('submits a CSV, waits for it, and iterates over its results', async () => {
    const recipients = recipientsOf(5);
    const csv = ['to,name', ...recipients.map((to) => `${to},Anna`)].join('\n');
    const from = uniqueSender();
    const request = { from, message: 'Hello {{name}}', csv };
    expect((await client.batches.dryRun(request)).counts.total).toBe(5);
    const { id } = await client.batches.submit(request);
    const states: string[] = [];
    const batch = await client.batches.wait(id, {
      pollIntervalSeconds: 0.2,
      onProgress: ({ state }) => states.push(state),
    });
    expect(batch).toMatchObject({ id, state: 'completed', counts: { total: 5, accepted: 5 } });
    expect(states.at(-1)).toBe('completed');
    const results = await all(client.batches.results(id, { maxPageSize: 2 }));
    expect(results.map(({ to, state }) => [to, state])).toEqual(recipients.map((to) => [to, 'accepted']));
    expect(await client.batches.get(id)).toEqual(batch);
    await expect(client.batches.redrive(id)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(client.batches.cancel(id)).rejects.toMatchObject({ code: 'Conflict' });
  });

  test('submits lists and options, cancels, and lists batches', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const from = uniqueSender();
    const ids: string[] = [];
    for (const recipients of [new Set(recipientsOf(2)), recipientsOf(3)]) {
      const smsSendOptions = { tag: 'spring' };
      const batch = await client.batches.submit({ from, message: 'Hello', recipients, sendAt, smsSendOptions });
      expect(batch.state).toBe('scheduled');
      ids.push(batch.id);
    }
    const listed = [];
    for await (const batch of client.batches.list({ maxPageSize: 1 })) {
      if (batch.from === from) listed.push(batch.id);
      if (listed.length === 2) break;
    }
    expect(listed).toEqual(ids.toReversed());
    for (const id of ids) expect((await client.batches.cancel(id)).state).toBe('canceled');
  });
});

test('emails: sends one, waits for its status, and sends it once if the response is lost', async () => {
  const address = uniqueAddress();
  const unlucky = losingFirstResponse();
  const own = new SwitchboardClient(connection, { ...impatient, fetch: unlucky.fetch });
  const message = {
    senderAddress: 'news@contoso.com',
    content: { subject: 'News', plainText: 'Hello' },
    recipients: { to: [{ address }] },
  };
  const operationId = crypto.randomUUID();
  expect((await own.emails.send(message, { operationId })).id).toBe(operationId);
  expect(await emailsTo(acs, address)).toHaveLength(1);
  expect((await client.emails.get(operationId)).id).toBe(operationId);
  await expect(client.emails.wait(operationId, { timeoutSeconds: 0 })).rejects.toMatchObject({ code: 'WaitTimeout' });
});

describe('identities', () => {
  test('creates one, issues and revokes tokens, and deletes it', async () => {
    const { identity, accessToken } = await client.identities.create({ createTokenWithScopes: ['chat'] });
    expect(accessToken?.token).toMatch(/^[\w-]+\.[\w-]+\./);
    const { token } = await client.identities.issueToken(identity.id, { scopes: ['chat'], expiresInMinutes: 60 });
    expect(token).not.toBe(accessToken?.token);
    await client.identities.revokeTokens(identity.id);
    const stranger = { appId: crypto.randomUUID(), userId: crypto.randomUUID(), token: jwt({ exp: 1 }) };
    await expect(client.identities.exchangeTeamsToken(stranger)).rejects.toMatchObject({ code: 'InvalidAccessToken' });
    await client.identities.delete(identity.id);
    await expect(client.identities.issueToken(identity.id, { scopes: ['chat'] })).rejects.toMatchObject({
      status: 404,
    });
  });

  test('issues a token although the first response, a second ago at most, was lost', async () => {
    const { identity } = await client.identities.create();
    const unlucky = losingFirstResponse();
    const own = new SwitchboardClient(connection, { ...impatient, fetch: unlucky.fetch });
    const { token } = await own.identities.issueToken(identity.id, { scopes: ['chat'] });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\./);
    expect(unlucky.count()).toBe(2);
  });

  test('gives the official chat client its tokens', async () => {
    const { identity } = await client.identities.create();
    const tokenRefresher = client.identities.tokenRefresher(identity.id, ['chat']);
    const options = { tokenRefresher, token: await tokenRefresher(), refreshProactively: true };
    const credential = new AzureCommunicationTokenCredential(options);
    const chat = new ChatClient(switchboardTls, credential, TRUSTING);
    const { chatThread } = await chat.createChatThread({ topic: uniqueTopic() });
    const sent = await chat.getChatThreadClient(chatThread?.id ?? '').sendMessage({ content: 'Hello' });
    const messages = await all(client.chat.listMessages(chatThread?.id ?? '', {}, { actingUser: identity.id }));
    expect(messages.map(({ id }) => id)).toContain(sent.id);
    credential.dispose();
  });
});

test('chat: threads, messages and receipts, as an acting user', async () => {
  const { identity } = await client.identities.create();
  const { chat } = new SwitchboardClient(connection, { actingUser: identity.id });
  const topic = uniqueTopic();
  const { chatThread } = await chat.createThread({ topic });
  expect((await all(chat.listThreads())).map((it) => it.topic)).toEqual([topic]);
  const ids: string[] = [];
  for (const content of ['one', 'two', 'three']) ids.push((await chat.sendMessage(chatThread.id, { content })).id);
  const [one = '', two = '', three = ''] = ids;
  const pages = await all(chat.listMessages(chatThread.id, { maxPageSize: 2 }).byPage());
  expect(pages[0]?.value.map(({ id }) => id)).toEqual([three, two]);
  expect(pages.length).toBeGreaterThan(1);
  await chat.updateMessage(chatThread.id, one, { content: 'changed' });
  expect((await chat.getMessage(chatThread.id, one)).content?.message).toBe('changed');
  await chat.deleteMessage(chatThread.id, two);
  expect((await chat.getMessage(chatThread.id, two)).deletedOn).toEqual(expect.any(String));
  await chat.sendTypingNotification(chatThread.id, { senderDisplayName: 'Anna' });
  await chat.sendReadReceipt(chatThread.id, { chatMessageId: three });
  const receipts = await all(chat.listReadReceipts(chatThread.id));
  expect(receipts.map(({ chatMessageId }) => chatMessageId)).toEqual([three]);
});

test('chat: participants, changes and deletion of a thread', async () => {
  const [{ identity: owner }, { identity: guest }] = [
    await client.identities.create(),
    await client.identities.create(),
  ];
  const { chat } = new SwitchboardClient(connection, { actingUser: owner.id });
  const { chatThread } = await chat.createThread({ topic: uniqueTopic() });
  const participant = { communicationIdentifier: { communicationUserId: guest.id }, displayName: 'Guest' };
  await chat.addParticipants(chatThread.id, { participants: [participant] });
  const names = async () =>
    (await all(chat.listParticipants(chatThread.id, { maxPageSize: 1 }))).map(({ displayName }) => displayName);
  expect(await names()).toContain('Guest');
  const topic = uniqueTopic();
  await chat.updateThread(chatThread.id, { topic });
  expect((await chat.getThread(chatThread.id, { actingUser: guest.id })).topic).toBe(topic);
  await chat.removeParticipant(chatThread.id, { communicationUserId: guest.id });
  expect(await names()).not.toContain('Guest');
  await chat.deleteThread(chatThread.id);
  expect(await all(chat.listThreads())).toMatchObject([{ id: chatThread.id, deletedOn: expect.any(String) }]);
});

test('opt-outs: adds, checks, lists and removes one', async () => {
  const [from, to] = [SENDER, uniquePhone()];
  const request = { from, recipients: [{ to }] };
  const isOptedOut = async () => (await client.optOuts.check(request)).value.map((it) => it.isOptedOut);
  expect((await client.optOuts.add(request)).value).toMatchObject([{ to, httpStatusCode: 200 }]);
  expect(await isOptedOut()).toEqual([true]);
  expect((await all(client.optOuts.list({ from, maxPageSize: 1 }))).map((it) => it.to)).toContain(to);
  await client.optOuts.remove(request);
  expect(await isOptedOut()).toEqual([false]);
});

test('audit entries, limits and health', async () => {
  expect(await all(client.audit.list({ maxPageSize: 1 }))).toEqual([]); // this stack keeps no audit log
  expect((await client.usage()).client).toBe('everything');
  expect(await client.health()).toEqual({ status: 'healthy' });
  const { status, checks } = await client.readiness();
  expect(status).toBe('ready');
  expect(checks?.map((it) => it.status)).toContain('ok');
});

/** An HTTP server that handles its requests in turn like this, until the test ends. */
async function serve(...handlers: readonly RequestListener[]) {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    const handle = handlers[Math.min(keys.length, handlers.length - 1)];
    keys.push(request.headers['idempotency-key']);
    request.resume().once('end', () => handle?.(request, response));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { keys, connection: { endpoint: `http://127.0.0.1:${port}`, accessKey: connection.accessKey } };
}

describe('a broken connection', () => {
  const message = { from: SENDER, smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };

  test('before and within a response is retried', async () => {
    const whole = '{"value":[]}';
    const { keys, connection: flaky } = await serve(
      (request) => request.socket.destroy(),
      (request, response) => {
        response.writeHead(202, { 'content-length': whole.length }).write(whole.slice(0, 5), () => {
          request.socket.destroy();
        });
      },
      (_, response) => response.writeHead(202).end(whole),
    );
    expect(await new SwitchboardClient(flaky, impatient).sms.send(message)).toEqual({ value: [] });
    expect(keys).toEqual(Array(3).fill(keys[0]));
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
  });

  test('that stays broken is an error with its reason', async () => {
    const nowhere = { ...connection, endpoint: `http://127.0.0.1:${await closedPort()}` };
    const error: unknown = await new SwitchboardClient(nowhere, impatient).usage().catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'ConnectionFailed', status: undefined, cause: expect.any(TypeError) });
    expect(String(error)).toContain('(ECONNREFUSED)');
  });

  test('is what a server sees when the call is aborted', async () => {
    const closed = Promise.withResolvers<void>();
    const controller = new AbortController();
    const { connection: silent } = await serve((request) => {
      request.socket.once('close', closed.resolve);
      controller.abort(new Error('no longer wanted'));
    });
    const call = new SwitchboardClient(silent, impatient).sms.send(message, { signal: controller.signal });
    await expect(call).rejects.toThrow('no longer wanted');
    await closed.promise;
  });
});

test('a wrong key is refused, with the reason', async () => {
  const stranger = new SwitchboardClient({ ...connection, accessKey: 'd3Jvbmcga2V5' });
  await expect(stranger.usage()).rejects.toMatchObject({ code: 'Denied', status: 401 });
});
