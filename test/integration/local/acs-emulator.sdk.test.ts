import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../../infra/local/acs-emulator/server.ts';

const INSECURE = { allowInsecureConnection: true };

let emulator: Emulator;
let ca: string;

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  ca = pems.cert;
  emulator = await startEmulator({
    port: 0,
    tls: { cert: pems.cert, key: pems.private },
    accessKeys: [Buffer.from('primary key of the sdk test').toString('base64')],
    emailSettleMilliseconds: 0,
  });
});

afterAll(() => emulator.close());

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('SmsClient sends, and sees an invalid recipient in the response', async () => {
  const client = new SmsClient(emulator.connectionString, INSECURE);
  const results = await client.send(
    { from: '+18005550100', to: ['+14255550123', 'unreachable'], message: 'Hello 👋' },
    { enableDeliveryReport: true, tag: 't1' },
  );
  expect(results.map(({ successful, httpStatusCode }) => [successful, httpStatusCode])).toEqual([
    [true, 202],
    [false, 400],
  ]);
});

test('EmailClient sends and polls until completion', async () => {
  const client = new EmailClient(emulator.connectionString, INSECURE);
  const poller = await client.beginSend({
    senderAddress: 'sender@example.com',
    content: { subject: 'Subject', plainText: 'Text' },
    recipients: { to: [{ address: 'someone@example.com' }] },
  });
  expect((await poller.pollUntilDone()).status).toBe('Succeeded');
});

test('CommunicationIdentityClient creates, issues, revokes and deletes', async () => {
  const client = new CommunicationIdentityClient(emulator.connectionString, INSECURE);
  const user = await client.createUser();
  const { token, expiresOn } = await client.getToken(user, ['chat']);
  expect(token.split('.')).toHaveLength(3);
  expect(expiresOn.getTime()).toBeGreaterThan(Date.now());
  await client.revokeTokens(user);
  await client.deleteUser(user);
  await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({ statusCode: 404 });
});

async function chatUser() {
  const identities = new CommunicationIdentityClient(emulator.connectionString, INSECURE);
  const { user, token } = await identities.createUserAndToken(['chat']);
  const credential = new AzureCommunicationTokenCredential(token);
  return { user, client: new ChatClient(emulator.tlsUrl ?? '', credential, { tlsOptions: { ca } }) };
}

test('ChatClient uses a thread from creation to deletion', async () => {
  const [owner, guest] = [await chatUser(), await chatUser()];
  const created = await owner.client.createChatThread(
    { topic: 'First' },
    { participants: [{ id: guest.user, displayName: 'Guest' }] },
  );
  const threadId = created.chatThread?.id ?? '';
  expect(created.invalidParticipants).toBeUndefined();
  const thread = owner.client.getChatThreadClient(threadId);
  const { id } = await thread.sendMessage({ content: 'Hello' }, { senderDisplayName: 'Owner' });
  await thread.updateMessage(id, { content: 'Hello again' });
  await thread.updateTopic('Second');
  await thread.sendTypingNotification();
  await guest.client.getChatThreadClient(threadId).sendReadReceipt({ chatMessageId: id });

  const messages = await collect(thread.listMessages({ maxPageSize: 2 }));
  expect(messages.map(({ type }) => type)).toEqual(['topicUpdated', 'text', 'topicUpdated', 'participantAdded']);
  expect(messages[1]?.content?.message).toBe('Hello again');
  expect(await collect(thread.listParticipants())).toHaveLength(2);
  expect(await collect(thread.listReadReceipts())).toMatchObject([
    { chatMessageId: id, sender: { kind: 'communicationUser' } },
  ]);
  expect((await collect(guest.client.listChatThreads())).map((item) => item.topic)).toEqual(['Second']);

  await thread.removeParticipant(guest.user);
  await expect(guest.client.getChatThreadClient(threadId).getProperties()).rejects.toMatchObject({ statusCode: 403 });
  await thread.addParticipants({ participants: [{ id: guest.user }] });
  await thread.deleteMessage(id);
  expect((await thread.getMessage(id)).deletedOn).toBeInstanceOf(Date);
  await owner.client.deleteChatThread(threadId);
});
