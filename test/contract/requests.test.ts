import { describe, expect, inject, test } from 'vitest';
import { EMAIL_ADDRESSES, SENDER_ADDRESSES } from '../setup/emailAddresses.ts';
import { createChatUser } from '../setup/emulator.ts';
import { uniqueTopic } from '../setup/names.ts';
import { chatRequest, inThread } from './chat.ts';
import { expectDocumented, expectEnvelope, expected, withUser } from './expectations.ts';
import { CLIENT_REQUESTS } from './requests.ts';
import { TARGETS, type Target } from './targets.ts';

const { acsConnectionString } = inject('stack');
const newUser = () => createChatUser(acsConnectionString);

describe.concurrent.each(TARGETS)('$name', (target) => {
  test.each(CLIENT_REQUESTS)('$attempt.operation: $what is $status', async ({ attempt, status, members = {} }) => {
    const answer = await target.send(await withUser(attempt));
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expectDocumented(target, attempt.operation, answer);
    if (status >= 400) expectEnvelope(target, answer);
    else expect(answer.body).toEqual(expected(members));
  });

  const mail = (senderAddress: string, address: string) => ({
    operation: 'sendEmail',
    body: { senderAddress, recipients: { to: [{ address }] }, content: { subject: 'Subject', plainText: 'Text' } },
  });

  test.each(EMAIL_ADDRESSES)('sendEmail: to %j is accepted: %s', async (address, isTaken) => {
    expect((await target.send(mail('news@contoso.com', address))).status).toBe(isTaken ? 202 : 400);
  });

  test.each([...EMAIL_ADDRESSES, ...SENDER_ADDRESSES])(
    'sendEmail: from %j is accepted: %s',
    async (address, isTaken) => {
      expect((await target.send(mail(address, 'anna@contoso.com'))).status).toBe(isTaken ? 202 : 400);
    },
  );

  /** The thread as the user's list shows it. */
  const listed = async (it: Target, chatThreadId: string, user: Awaited<ReturnType<typeof newUser>>) => {
    const { body } = await it.send({ operation: 'listChatThreads', params: { maxPageSize: '200' }, user });
    const { value } = body as { value: { id: string }[] };
    return value.find(({ id }) => id === chatThreadId);
  };

  const newThread = async () => {
    const [owner, guest] = [await newUser(), await newUser()];
    const participants = [{ communicationIdentifier: { rawId: guest.id, communicationUser: { id: guest.id } } }];
    const body = { topic: uniqueTopic(), participants };
    const made = await target.send({ operation: 'createChatThread', body, user: owner });
    return { owner, guest, id: (made.body as { chatThread: { id: string } }).chatThread.id };
  };

  test('listChatThreads: a removed participant still sees the thread until it is deleted', async () => {
    const { owner, guest, id } = await newThread();
    const removal = { rawId: guest.id, communicationUser: { id: guest.id } };
    await chatRequest(owner, 'POST', inThread(id, '/participants/:remove'), removal);
    expect(await listed(target, id, guest)).toMatchObject({ id });
    await chatRequest(owner, 'DELETE', inThread(id));
    expect(await listed(target, id, guest)).toBeUndefined();
  });

  test('listChatThreads: a deleted thread is listed with the time of its deletion', async () => {
    const { owner, guest, id } = await newThread();
    await chatRequest(owner, 'DELETE', inThread(id));
    for (const user of [owner, guest]) {
      expect(await listed(target, id, user)).toMatchObject({ deletedOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    }
  });

  test('createChatThread: a Teams user is not added, and the thread is created', async () => {
    const rawId = '8:orgid:11111111-2222-3333-4444-555555555555';
    const body = { topic: uniqueTopic(), participants: [{ communicationIdentifier: { rawId } }] };
    const answer = await target.send({ operation: 'createChatThread', body, user: await newUser() });
    expectDocumented(target, 'createChatThread', answer);
    expect(answer).toMatchObject({ status: 201, body: { invalidParticipants: [{ target: rawId, code: '403' }] } });
  });
});

test('read receipts of a thread with more than 20 participants are accepted, but not listed', async () => {
  const [owner, ...others] = await Promise.all(Array.from({ length: 21 }, newUser));
  if (!owner) throw new Error('There are 21 users.');
  const participants = others.map(({ id }) => ({ communicationIdentifier: { communicationUser: { id } } }));
  const made = await chatRequest(owner, 'POST', '/chat/threads', { topic: uniqueTopic(), participants });
  const { id } = (made.body as { chatThread: { id: string } }).chatThread;
  const { body } = await chatRequest(owner, 'POST', inThread(id, '/messages'), { content: 'Hello' });
  const receipt = { chatMessageId: (body as { id: string }).id };
  expect((await chatRequest(owner, 'POST', inThread(id, '/readReceipts'), receipt)).status).toBe(200);
  expect(await chatRequest(owner, 'GET', inThread(id, '/readReceipts'))).toMatchObject({
    status: 200,
    body: { value: [] },
  });
});
