import { describe, expect, inject, test } from 'vitest';
import { createChatUser, emailsTo, smsTo, threadsAbout } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { type ClientName, call, connectionOf, type JsonRequest } from '../setup/switchboard.ts';

const { switchboard, acs, acsConnectionString } = inject('stack');
const callAs = (client: ClientName, request: JsonRequest) => call(connectionOf(switchboard, client), request);

const sms = (from: string, to = uniquePhone()): JsonRequest => ({
  method: 'POST',
  target: '/sms',
  body: { from, smsRecipients: [{ to }], message: 'Hello' },
});
const mail = (senderAddress: string, to = uniqueAddress()): JsonRequest => ({
  method: 'POST',
  target: '/emails:send',
  body: { senderAddress, recipients: { to: [{ address: to }] }, content: { subject: 'Subject', plainText: 'Text' } },
});
const newThread = (topic: string, headers: Record<string, string> = {}): JsonRequest => ({
  method: 'POST',
  target: '/chat/threads',
  headers,
  body: { topic },
});

const forbidden = (target?: string) => ({
  status: 403,
  body: { error: { code: 'Forbidden', ...(target === undefined ? {} : { target }) } },
});

describe('operations', () => {
  test('a client calls what its allow holds', async () => {
    expect((await callAs('smsOnly', sms(SENDER))).status).toBe(202);
    expect((await callAs('mailOnly', mail('news@contoso.com'))).status).toBe(202);
  });

  test('and nothing else', async () => {
    const address = uniqueAddress();
    expect(await callAs('smsOnly', mail('news@contoso.com', address))).toMatchObject(forbidden());
    expect(await emailsTo(acs, address)).toEqual([]);
    expect(await callAs('mailOnly', sms(SENDER))).toMatchObject(forbidden());
    expect(await callAs('mailOnly', { method: 'POST', target: '/identities' })).toMatchObject(forbidden());
    expect(await callAs('smsOnly', newThread(uniqueTopic()))).toMatchObject(forbidden());
  });

  test('what a client may not call is not looked at', async () => {
    const answer = await callAs('mailOnly', { method: 'POST', target: '/sms', body: { from: 1 } });
    expect(answer).toMatchObject(forbidden());
  });
});

describe('senders', () => {
  test('a client sends from its own senders only', async () => {
    const to = uniquePhone();
    expect(await callAs('smsOnly', sms('+18005550199', to))).toMatchObject(forbidden('from'));
    expect(await smsTo(acs, to)).toEqual([]);
    expect(await callAs('mailOnly', mail('ceo@contoso.com'))).toMatchObject(forbidden('senderAddress'));
  });

  test('an address is one address in any case', async () => {
    expect((await callAs('mailOnly', mail('News@Contoso.com'))).status).toBe(202);
  });

  test('a client without senders sends from any', async () => {
    expect((await callAs('plain', sms('CONTOSO'))).status).toBe(202);
  });
});

describe('chat users', () => {
  test('a client acts as its own identity, the same every time', async () => {
    const topics = [uniqueTopic(), uniqueTopic()];
    const creators = await Promise.all(
      topics.map(async (topic) => {
        const { body } = await callAs('plain', newThread(topic));
        return (body as { chatThread: { createdByCommunicationIdentifier: { communicationUserId: string } } })
          .chatThread.createdByCommunicationIdentifier.communicationUserId;
      }),
    );
    expect(creators[0]).toMatch(/^8:acs:/);
    expect(creators[0]).toBe(creators[1]);
  });

  test('two clients are two identities', async () => {
    const topic = uniqueTopic();
    await callAs('plain', newThread(topic));
    await callAs('everything', newThread(topic));
    const threads = await threadsAbout(acs, topic);
    expect(new Set(threads.map((it) => JSON.stringify(it['createdByCommunicationIdentifier']))).size).toBe(2);
  });

  test('a client with actAs acts as the user in the header', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const answer = await callAs('everything', newThread(uniqueTopic(), { 'acting-user': id }));
    expect(answer).toMatchObject({
      status: 201,
      body: { chatThread: { createdByCommunicationIdentifier: { communicationUserId: id } } },
    });
  });

  test('a client without it may not', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const answer = await callAs('plain', newThread(uniqueTopic(), { 'acting-user': id }));
    expect(answer).toMatchObject(forbidden('acting-user'));
  });

  test('nobody acts as a user whom ACS does not know', async () => {
    const headers = { 'acting-user': '8:acs:nobody' };
    expect((await callAs('everything', newThread(uniqueTopic(), headers))).status).toBe(404);
  });
});
