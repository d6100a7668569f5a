import { CommunicationIdentityClient } from '@azure/communication-identity';
import { describe, expect, inject, test } from 'vitest';
import { createChatUser, identityIds, smsTo } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const { switchboard, acs, acsConnectionString = '' } = inject('stack');
const everything = connectionOf(switchboard);
const newUser = () => createChatUser(acsConnectionString);

async function createThread(topic: string, actingUser: string, participants: readonly object[] = []) {
  const { status, headers, body } = await call(everything, {
    method: 'POST',
    target: '/chat/threads',
    headers: { 'acting-user': actingUser },
    body: { topic, participants },
  });
  expect(status).toBe(201);
  return { headers, body: body as { chatThread: { id: string } } };
}

describe('ids in the path', () => {
  test.each([
    ['percent-encoded', encodeURIComponent],
    ['as it is', (id: string) => id],
  ])('an identity, %s', async (_how, write) => {
    const { id } = await newUser();
    const answer = await call(everything, { method: 'DELETE', target: `/identities/${write(id)}` });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(await identityIds(acs)).not.toContain(id);
  });

  test.each([
    ['percent-encoded', encodeURIComponent],
    ['as it is', (id: string) => id],
  ])('a thread, %s', async (_how, write) => {
    const { id: user } = await newUser();
    const { body } = await createThread(uniqueTopic(), user);
    const target = `/chat/threads/${write(body.chatThread.id)}/messages`;
    const headers = { 'acting-user': user };
    const sent = await call(everything, { method: 'POST', target, headers, body: { content: 'Hello' } });
    expect(sent.status).toBe(201);
    const listed = await call(everything, { method: 'GET', target: `${target}?maxPageSize=1`, headers });
    expect(listed.body).toMatchObject({ value: [{ content: { message: 'Hello' } }] });
  });
});

describe('identifiers', () => {
  test.each([
    ['communicationUserId', (id: string) => ({ communicationUserId: id })],
    ['rawId', (id: string) => ({ rawId: id })],
    ["the wire's form", (id: string) => ({ rawId: id, communicationUser: { id } })],
    ['all of them', (id: string) => ({ communicationUserId: id, rawId: id, communicationUser: { id } })],
  ])('a participant by %s can read the thread', async (_how, identifier) => {
    const [owner, guest] = [await newUser(), await newUser()];
    const topic = uniqueTopic();
    await createThread(topic, owner.id, [{ communicationIdentifier: identifier(guest.id), displayName: 'Guest' }]);
    const headers = { 'acting-user': guest.id };
    const { body } = await call(everything, { method: 'GET', target: '/chat/threads', headers });
    expect(body).toMatchObject({ value: [{ topic }] });
  });

  test('answers have both forms', async () => {
    const { id } = await newUser();
    const { body } = await createThread(uniqueTopic(), id);
    const both = { rawId: id, communicationUser: { id }, communicationUserId: id };
    expect(body).toMatchObject({ chatThread: { createdByCommunicationIdentifier: both } });
    const target = `/chat/threads/${body.chatThread.id}/messages`;
    const listed = await call(everything, { method: 'GET', target, headers: { 'acting-user': id } });
    const added = { type: 'participantAdded', content: { participants: [{ communicationIdentifier: both }] } };
    expect(listed.body).toMatchObject({ value: [{ type: 'topicUpdated' }, added] });
  });

  test('who cannot be added stands under both names', async () => {
    const { id } = await newUser();
    const stranger = '8:acs:00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000';
    const participants = [{ communicationIdentifier: { communicationUserId: stranger } }];
    const { body } = await createThread(uniqueTopic(), id, participants);
    const invalidParticipants = [{ target: stranger, code: '403' }];
    expect(body).toMatchObject({ invalidParticipants, errors: { invalidParticipants } });
  });
});

describe('addresses in answers', () => {
  test('are those of Switchboard, and can be followed', async () => {
    const { id } = await newUser();
    const headers = { 'acting-user': id };
    const [first, second] = [uniqueTopic(), uniqueTopic()];
    const made = await createThread(first, id);
    expect(made.headers.get('location')).toMatch(new RegExp(`^${switchboard}/chat/threads/19`));
    await createThread(second, id);
    const page = await call(everything, { method: 'GET', target: '/chat/threads?maxPageSize=1', headers });
    const { value, nextLink } = page.body as { value: object[]; nextLink: string };
    expect(value).toMatchObject([{ topic: second }]);
    expect(nextLink).toMatch(new RegExp(`^${switchboard}/chat/threads\\?`));
    const rest = await call(everything, { method: 'GET', target: nextLink.slice(switchboard.length), headers });
    expect(rest.body).toMatchObject({ value: [{ topic: first }] });
    expect(rest.body).not.toHaveProperty('nextLink');
  });

  test("a mail's operation is looked up at Switchboard", async () => {
    const sent = await call(everything, {
      method: 'POST',
      target: '/emails:send',
      body: {
        senderAddress: 'news@contoso.com',
        recipients: { to: [{ address: uniqueAddress() }] },
        content: { subject: 'Subject', plainText: 'Text' },
      },
    });
    expect(Number(sent.headers.get('retry-after'))).toBeGreaterThan(0);
    const location = sent.headers.get('operation-location') ?? '';
    expect(location.startsWith(`${switchboard}/emails/operations/`)).toBe(true);
    const { status, body } = await call(everything, { method: 'GET', target: location.slice(switchboard.length) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: (sent.body as { id: string }).id });
  });

  test('an operation that is not there is 404', async () => {
    const target = `/emails/operations/${crypto.randomUUID()}`;
    expect(await call(everything, { method: 'GET', target })).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound' } },
    });
  });
});

test('options without enableDeliveryReport, which ACS requires, get it', async () => {
  const to = uniquePhone();
  const body = { from: SENDER, smsRecipients: [{ to }], message: 'Hello', smsSendOptions: { tag: 'spring' } };
  expect((await call(everything, { method: 'POST', target: '/sms', body })).status).toBe(202);
  expect(await smsTo(acs, to)).toMatchObject([{ smsSendOptions: { enableDeliveryReport: false, tag: 'spring' } }]);
});

test('a chat token that was revoked is replaced', async () => {
  const { id } = await newUser();
  const headers = { 'acting-user': id };
  const list = () => call(everything, { method: 'GET', target: '/chat/threads', headers });
  expect((await list()).status).toBe(200);
  const identities = new CommunicationIdentityClient(acsConnectionString, { allowInsecureConnection: true });
  await identities.revokeTokens({ communicationUserId: id });
  expect((await list()).status).toBe(200);
});

test("ACS's own refusal keeps its status and code", async () => {
  const { id } = await newUser();
  const target = '/chat/threads/19%3Aunknown%40thread.v2/messages';
  const answer = await call(everything, { method: 'GET', target, headers: { 'acting-user': id } });
  expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  expect(answer.headers.get('x-ms-error-code')).toBe('NotFound');
});
