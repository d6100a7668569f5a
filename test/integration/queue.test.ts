import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emailsTo, faultsOf, setFaults, smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueQueue, uniqueTopic } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';

// A stack of its own: what names no `replyTo` goes to a queue that all share, and faults strike everybody.
let stack: OwnStack;
let queues: TestQueues;
beforeAll(async () => {
  stack = await startOwnStack();
  queues = openQueues(stack.storage);
  return stack.stop;
});
beforeEach(() => setFaults(stack.acs, []));

const smsBody = (to: string) => ({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });
const mailBody = (to: string, plainText = 'Text') => ({
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: to }] },
  content: { subject: 'Subject', plainText },
});

/** The message on a poison queue that holds a text. */
function poisoned(queue: string, part: string): Promise<string> {
  return eventually(`a message with ${part} on ${queue}-poison`, async () =>
    (await queues.peek(`${queue}-poison`)).find((text) => text.includes(part)),
  );
}

describe('an outcome', () => {
  test('is a CloudEvent on the queue that the message names', async () => {
    const to = uniquePhone();
    const message = { id: 'order-4711', client: 'plain', body: smsBody(to) };
    const outcome = await queues.ask('send-sms', message);
    expect(outcome).toMatchObject({
      specversion: '1.0',
      type: 'switchboard.sendSms.succeeded',
      source: '/switchboard',
      subject: 'order-4711',
      client: 'plain',
      httpstatus: 202,
      data: { value: [{ to, successful: true }] },
    });
  });

  test('goes to the queue `outcomes` when the message names none, under an id that the queue gave it', async () => {
    const address = uniqueAddress();
    const subject = await queues.put('send-email', { body: mailBody(address) });
    const outcome = await queues.takeOutcome('outcomes', 'switchboard.sendEmail.accepted');
    expect(outcome).toMatchObject({ subject, client: 'switchboard', httpstatus: 202 });
    expect(await emailsTo(stack.acs, address)).toHaveLength(1);
  });

  test('holds a token only when the message says who gets it', async () => {
    const body = { createTokenWithScopes: ['chat'] };
    const told = await queues.ask('create-identity', { body });
    expect(told.data).toMatchObject({ accessToken: { token: expect.stringMatching(/^eyJ/) } });
    await queues.put('create-identity', { body });
    const outcome = await queues.takeOutcome('outcomes', 'switchboard.createIdentity.succeeded');
    expect(JSON.stringify(outcome)).not.toContain('eyJ');
    const withheld = { identity: { id: expect.any(String) }, accessToken: { expiresOn: expect.any(String) } };
    expect(outcome).toMatchObject({ httpstatus: 201, data: withheld });
  });

  test('tells of every step of a chat thread', async () => {
    const made = await queues.ask('create-chat-thread', { client: 'plain', body: { topic: uniqueTopic() } });
    const { chatThread } = made.data as { chatThread: { id: string } };
    const { data } = await queues.ask('create-identity', { client: 'plain', body: {} });
    const guest = { communicationUserId: (data as { identity: { id: string } }).identity.id };
    const topic = uniqueTopic();
    const message = { client: 'plain', params: { chatThreadId: chatThread.id } };
    const participants = [{ communicationIdentifier: guest, displayName: 'Guest' }];
    const steps: readonly [queue: string, more: object, httpstatus: number, data: unknown][] = [
      ['update-chat-thread', { body: { topic } }, 204, null],
      ['add-chat-participants', { body: { participants } }, 201, {}],
      [
        'list-chat-participants',
        { params: { ...message.params, skip: 1 } },
        200,
        { value: [{ displayName: 'Guest', communicationIdentifier: guest }] },
      ],
      ['remove-chat-participant', { body: guest }, 204, null],
      ['get-chat-thread', {}, 200, { id: chatThread.id, topic }],
      ['delete-chat-thread', {}, 204, null],
    ];
    for (const [queue, more, httpstatus, expected] of steps) {
      const outcome = await queues.ask(queue, { ...message, ...more });
      expect(outcome, queue).toMatchObject({ httpstatus, data: expected });
    }
    const error = { error: { code: 'NotFound' } };
    expect(await queues.ask('get-chat-thread', message)).toMatchObject({ httpstatus: 404, data: error });
  });

  test('of chat changes and reads a message, and who has read it', async () => {
    const made = await queues.ask('create-chat-thread', { client: 'plain', body: { topic: uniqueTopic() } });
    const params = { chatThreadId: (made.data as { chatThread: { id: string } }).chatThread.id };
    const sent = await queues.ask('send-chat-message', { client: 'plain', params, body: { content: 'Hello' } });
    const { id: chatMessageId } = sent.data as { id: string };
    const onMessage = { client: 'plain', params: { ...params, chatMessageId } };
    const inThread = { client: 'plain', params };
    const edited = await queues.ask('update-chat-message', { ...onMessage, body: { content: 'Edited' } });
    expect(edited).toMatchObject({ httpstatus: 204, type: 'switchboard.updateChatMessage.succeeded', data: null });
    expect(await queues.ask('get-chat-message', onMessage)).toMatchObject({
      ...{ httpstatus: 200, data: { id: chatMessageId, content: { message: 'Edited' } } },
    });
    expect(await queues.ask('send-typing-notification', inThread)).toMatchObject({ httpstatus: 200, data: null });
    expect(await queues.ask('send-read-receipt', { ...inThread, body: { chatMessageId } })).toMatchObject({
      ...{ httpstatus: 200, data: null },
    });
    expect(await queues.ask('list-read-receipts', inThread)).toMatchObject({ data: { value: [{ chatMessageId }] } });
    expect(await queues.ask('delete-chat-message', onMessage)).toMatchObject({ httpstatus: 204, data: null });
    expect(await queues.ask('update-chat-message', { ...onMessage, body: { content: 'Late' } })).toMatchObject({
      ...{ httpstatus: 404, type: 'switchboard.updateChatMessage.failed', data: { error: { code: 'NotFound' } } },
    });
  });

  test('that does not fit in a message stands in a blob', async () => {
    const made = await queues.ask('create-chat-thread', { body: { topic: uniqueTopic() } });
    const { chatThread } = made.data as { chatThread: { id: string } };
    const params = { chatThreadId: chatThread.id };
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(20_000));
    for (const content of contents) await queues.ask('send-chat-message', { params, body: { content } });
    const outcome = await queues.ask('list-chat-messages', { params: { ...params, maxPageSize: 3 } });
    expect(outcome).toMatchObject({ httpstatus: 200, type: 'switchboard.listChatMessages.succeeded' });
    expect(outcome).not.toHaveProperty('data');
    const { value } = JSON.parse(await queues.readBlob(outcome.dataref ?? ''));
    expect(value.map(({ content }: { content: { message: string } }) => content.message)).toEqual(contents.reverse());
  });
});

describe('a message that cannot be done', () => {
  test('is kept on the poison queue, its outcome is told, and the next one is done', async () => {
    const [marker, to] = [crypto.randomUUID(), uniquePhone()];
    const replyTo = uniqueQueue();
    await queues.put('send-sms', { id: marker, replyTo, body: { ...smsBody(to), from: 'not a sender!' } });
    await queues.put('send-sms', { id: 'next', replyTo, body: smsBody(to) });
    const outcomes = [await queues.takeOutcome(replyTo), await queues.takeOutcome(replyTo)];
    expect(outcomes.find(({ subject }) => subject === marker)).toMatchObject({
      type: 'switchboard.sendSms.failed',
      httpstatus: 400,
      data: { error: { code: 'InvalidRequest', target: 'from' } },
    });
    expect(outcomes.find(({ subject }) => subject === 'next')).toMatchObject({ httpstatus: 202 });
    expect(JSON.parse(await poisoned('send-sms', marker))).toMatchObject({ id: marker, replyTo });
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });

  test.each([
    ['text that is no JSON', (marker: string) => `Hello ${marker}`, 'InvalidJson'],
    ['an array', (marker: string) => `["${marker}"]`, 'InvalidJson'],
    ['JSON that is no message', (marker: string) => `{"recipient":"${marker}"}`, 'InvalidRequest'],
  ])('%s', async (_what, text, code) => {
    const marker = crypto.randomUUID();
    await queues.put('send-email', text(marker));
    const outcome = await queues.takeOutcome('outcomes', 'switchboard.sendEmail.failed');
    expect(outcome).toMatchObject({ httpstatus: 400, data: { error: { code } } });
    expect(await poisoned('send-email', marker)).toContain(marker);
  });

  test('a client that nobody knows', async () => {
    const to = uniquePhone();
    const outcome = await queues.ask('send-sms', { client: 'nobody', body: smsBody(to) });
    expect(outcome).toMatchObject({ httpstatus: 401, data: { error: { code: 'Denied', target: 'client' } } });
    expect(await poisoned('send-sms', to)).toContain(to);
  });

  test.each([
    ['an operation that the client may not call', 'mail-only', SENDER],
    ['a sender that is not the client’s', 'sms-only', '+18005550199'],
  ])('%s', async (_what, client, from) => {
    const to = uniquePhone();
    const outcome = await queues.ask('send-sms', { client, body: { ...smsBody(to), from } });
    expect(outcome).toMatchObject({ httpstatus: 403, client, data: { error: { code: 'Forbidden' } } });
    expect(await smsTo(stack.acs, to)).toEqual([]);
  });

  test('a user as whom the client may not act', async () => {
    const outcome = await queues.ask('list-chat-threads', { client: 'plain', actingUser: '8:acs:somebody' });
    expect(outcome).toMatchObject({ httpstatus: 403, data: { error: { code: 'Forbidden' } } });
  });
});

describe('a body in a blob', () => {
  test('is sent, however large', async () => {
    const [to, name] = [uniqueAddress(), `${crypto.randomUUID()}.json`];
    const plainText = 'x'.repeat(200_000);
    await queues.putBody(name, JSON.stringify(mailBody(to, plainText)));
    expect(await queues.ask('send-email', { bodyBlob: name })).toMatchObject({ httpstatus: 202 });
    expect(await emailsTo(stack.acs, to)).toMatchObject([{ content: { plainText } }]);
  });

  test('that is not there', async () => {
    const outcome = await queues.ask('send-email', { bodyBlob: 'not-there.json' });
    expect(outcome).toMatchObject({ httpstatus: 400, data: { error: { target: 'bodyBlob' } } });
  });

  test('that is no JSON', async () => {
    const name = `${crypto.randomUUID()}.json`;
    await queues.putBody(name, '{"from": ');
    const outcome = await queues.ask('send-email', { bodyBlob: name });
    expect(outcome).toMatchObject({ httpstatus: 400, data: { error: { code: 'InvalidJson' } } });
  });

  test('beside a body', async () => {
    const outcome = await queues.ask('send-email', { bodyBlob: 'a', body: {} });
    expect(outcome).toMatchObject({ httpstatus: 400, data: { error: { target: 'bodyBlob' } } });
  });
});

describe('a message that is done again', () => {
  test('under the same id is sent once, and told under one event id', async () => {
    const [to, id] = [uniquePhone(), crypto.randomUUID()];
    const first = await queues.ask('send-sms', { id, body: smsBody(to) });
    const second = await queues.ask('send-sms', { id, body: smsBody(to) });
    expect([first.httpstatus, second.httpstatus]).toEqual([202, 202]);
    expect(second.id).toBe(first.id);
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });

  test('after a 429 goes back on its queue, and is done when ACS allows it', async () => {
    const to = uniquePhone();
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 429, retryAfterSeconds: 1, count: 2 }]);
    const replyTo = uniqueQueue();
    const subject = await queues.put('send-sms', { replyTo, body: smsBody(to) });
    const outcome = await queues.takeOutcome(replyTo);
    expect(outcome).toMatchObject({ type: 'switchboard.sendSms.succeeded', subject, httpstatus: 202 });
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 3, fired: 2 }]);
  });

  test('after a failure that may pass is delivered again, and sent once', async () => {
    const to = uniquePhone();
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 500, afterEffect: true, count: 3 }]);
    const outcome = await queues.ask('send-sms', { body: smsBody(to) });
    expect(outcome).toMatchObject({ type: 'switchboard.sendSms.succeeded', httpstatus: 202 });
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 4, fired: 3 }]);
  });

  test('is not, when that would send it twice: a chat message in doubt is told as failed', async () => {
    const made = await queues.ask('create-chat-thread', { body: { topic: uniqueTopic() } });
    const { chatThread } = made.data as { chatThread: { id: string } };
    await setFaults(stack.acs, [{ operation: 'sendChatMessage', status: 'reset', afterEffect: true, count: 1 }]);
    const message = { params: { chatThreadId: chatThread.id }, body: { content: 'Hello' } };
    const outcome = await queues.ask('send-chat-message', message);
    expect(outcome).toMatchObject({ httpstatus: 504, data: { error: { code: 'UpstreamInDoubt' } } });
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 1 }]);
  });
});
