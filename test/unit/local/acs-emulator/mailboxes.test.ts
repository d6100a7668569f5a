import { expect, test } from 'vitest';
import { eventRig } from './eventRig.ts';
import {
  Clock,
  createMailbox,
  createUser,
  deleteMailbox,
  IDENTITIES,
  identityPath,
  PRIMARY_KEY,
  participant,
  type Rig,
  rigForTest,
  SEND_EMAIL,
  SMS,
  THREADS,
  threadPath,
} from './harness.ts';

const sms = (to: string, enableDeliveryReport = false) => ({
  ...{ from: '+18005550100', smsRecipients: [{ to }], message: 'Hello' },
  smsSendOptions: { enableDeliveryReport },
});

const inspect = (rig: Rig, path: string, mailbox: string) =>
  rig.call('GET', `/_emulator/${path}?mailbox=${mailbox}`, { key: null });

async function recipients(rig: Rig, mailbox: string): Promise<string[]> {
  const { body } = await inspect(rig, 'sms', mailbox);
  return body.value.map(({ to }: { to: string }) => to);
}

/** A rig with one more mailbox; `inside` calls with its key. */
async function withMailbox(rig: Rig, name?: string) {
  const mailbox = await createMailbox(rig.emulator, name);
  const call: Rig['call'] = (method, path, sent) => rig.call(method, path, { key: mailbox.accessKey, ...sent });
  return { ...mailbox, inside: { ...rig, call } };
}

test('the key that signs a request selects the mailbox', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig, 'mine');
  expect((await rig.call('POST', SMS, { body: sms('+14255550101') })).status).toBe(202);
  expect((await inside.call('POST', SMS, { body: sms('+14255550102') })).status).toBe(202);
  expect(await recipients(rig, 'default')).toEqual(['+14255550101']);
  expect(await recipients(rig, 'mine')).toEqual(['+14255550102']);
});

test('a mailbox is called by a connection string of its own', async () => {
  const { emulator } = await rigForTest();
  const mailbox = await createMailbox(emulator);
  expect(mailbox.name).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  expect(mailbox.connectionString).toBe(`endpoint=${emulator.url}/;accesskey=${mailbox.accessKey}`);
  expect(Buffer.from(mailbox.accessKey, 'base64')).toHaveLength(64);
});

test('a signature of no key is refused', async () => {
  const rig = await rigForTest();
  const { inside, name } = await withMailbox(rig);
  await deleteMailbox(rig.emulator, name);
  for (const key of [Buffer.from('another key').toString('base64'), undefined]) {
    const sent = { body: sms('+14255550101'), ...(key !== undefined && { key }) };
    expect(await inside.call('POST', SMS, sent)).toMatchObject({ status: 401, body: { error: { code: 'Denied' } } });
  }
  await expect(inspect(rig, 'sms', name)).resolves.toMatchObject({ status: 404 });
});

test('the resource of a token selects the mailbox', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig, 'mine');
  const user = await createUser(inside);
  const created = await rig.call('POST', THREADS, { token: user.token, body: { topic: 'Topic' } });
  expect(created.status).toBe(201);
  expect((await inspect(rig, 'threads', 'mine')).body.value).toMatchObject([{ topic: 'Topic' }]);
  expect((await inspect(rig, 'threads', 'default')).body.value).toEqual([]);
});

test('an Entra token is for the mailbox that issued it', async () => {
  const rig = await rigForTest();
  await withMailbox(rig, 'mine');
  const { body } = await rig.call('POST', '/_emulator/entraToken?mailbox=mine', { key: null });
  expect((await rig.call('POST', IDENTITIES, { token: body.token })).status).toBe(201);
  expect((await inspect(rig, 'identities', 'mine')).body.value).toHaveLength(1);
  expect((await inspect(rig, 'identities', 'default')).body.value).toEqual([]);
});

test('the tokens of a deleted mailbox are refused', async () => {
  const rig = await rigForTest();
  const { inside, name } = await withMailbox(rig);
  const user = await createUser(inside);
  const { body } = await rig.call('POST', `/_emulator/entraToken?mailbox=${name}`, { key: null });
  await deleteMailbox(rig.emulator, name);
  expect((await rig.call('GET', THREADS, { token: user.token })).status).toBe(401);
  expect((await rig.call('POST', IDENTITIES, { token: body.token })).status).toBe(401);
});

test('identities and threads of another mailbox are those of another resource', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig);
  const own = await createUser(rig);
  const foreign = await createUser(inside);
  expect((await rig.call('DELETE', identityPath(foreign.id))).status).toBe(404);
  const body = { topic: 'Topic', participants: [participant(foreign.id)] };
  const created = await rig.call('POST', THREADS, { token: own.token, body });
  expect(created.body.invalidParticipants).toMatchObject([{ target: foreign.id, code: '403' }]);
  const path = threadPath(created.body.chatThread.id);
  expect((await rig.call('GET', path, { token: own.token })).status).toBe(200);
  expect((await rig.call('GET', path, { token: foreign.token })).status).toBe(404);
});

test('faults and quotas are those of the selected mailbox', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig, 'mine');
  const put = (path: string, body: unknown) => rig.call('PUT', `/_emulator/${path}?mailbox=mine`, { key: null, body });
  await put('faults', [{ operation: 'sendSms', status: 503, count: 1 }]);
  await put('quotas', { sms: { tollFree: 1 } });
  const send = ({ call }: Rig) => call('POST', SMS, { body: sms('+14255550101') });
  expect([(await send(rig)).status, (await send(rig)).status]).toEqual([202, 202]);
  expect([(await send(inside)).status, (await send(inside)).status]).toEqual([503, 202]);
  expect((await send(inside)).status).toBe(429);
});

test('a fault strikes before the signature is looked at, and an oversized body counts for its mailbox', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig, 'mine');
  const fault = [{ operation: '*', status: 503 }];
  await rig.call('PUT', '/_emulator/faults', { key: null, body: fault });
  expect((await rig.call('POST', SMS, { key: null, body: {} })).status).toBe(503);
  await rig.call('DELETE', '/_emulator', { key: null });
  await rig.call('PUT', '/_emulator/faults?mailbox=mine', { key: null, body: fault });
  expect((await inside.call('POST', SEND_EMAIL, { body: 'x'.repeat(10 * 1024 * 1024 + 1) })).status).toBe(503);
});

test('a reset is of one mailbox', async () => {
  const rig = await rigForTest();
  const { inside } = await withMailbox(rig, 'mine');
  await rig.call('POST', SMS, { body: sms('+14255550101') });
  await inside.call('POST', SMS, { body: sms('+14255550102') });
  expect((await rig.call('DELETE', '/_emulator?mailbox=mine', { key: null })).status).toBe(204);
  expect(await recipients(rig, 'default')).toEqual(['+14255550101']);
  expect(await recipients(rig, 'mine')).toEqual([]);
  expect((await rig.call('DELETE', '/_emulator', { key: null })).status).toBe(204);
  expect(await recipients(rig, 'default')).toEqual([]);
  expect((await rig.call('DELETE', '/_emulator?mailbox=other', { key: null })).status).toBe(404);
});

test('events of all mailboxes go to one receiver, with the mailbox in the topic', async () => {
  const rig = await eventRig();
  const { inside } = await withMailbox(rig, 'mine');
  await rig.call('POST', SMS, { body: sms('+14255550101', true) });
  await inside.call('POST', SMS, { body: sms('+14255550102', true) });
  const events = await rig.after(200);
  const topics = events.map((event) => [event.data['to'], Object(event)['topic'].split('/').at(-1)]);
  expect(new Map(topics as [string, string][])).toEqual(
    new Map([
      ['+14255550101', 'emulator'],
      ['+14255550102', 'mine'],
    ]),
  );
});

test('a deleted mailbox sends no more events', async () => {
  const rig = await eventRig();
  const { inside, name } = await withMailbox(rig);
  await inside.call('POST', SMS, { body: sms('+14255550102', true) });
  rig.clock.advance(200); // closing sends what is due
  await deleteMailbox(rig.emulator, name);
  expect(await rig.after(200)).toEqual([]);
});

test('the options of the emulator apply to all mailboxes', async () => {
  const rig = await rigForTest({
    senders: ['+18005550100'],
    quotas: { sms: { tollFree: 1 } },
    faults: [{ operation: 'createIdentity', status: 503 }],
    emailSettleMilliseconds: 9000,
  });
  const { inside } = await withMailbox(rig);
  expect((await inside.call('POST', IDENTITIES)).status).toBe(503);
  const other = { ...sms('+14255550101'), from: '+18005550101' };
  expect((await inside.call('POST', SMS, { body: other })).status).toBe(401);
  expect((await inside.call('POST', SMS, { body: sms('+14255550101') })).status).toBe(202);
  expect((await inside.call('POST', SMS, { body: sms('+14255550101') })).status).toBe(429);
  const content = { subject: 'Subject', plainText: 'Text' };
  const email = { senderAddress: 'a@contoso.com', content, recipients: { to: [{ address: 'b@example.com' }] } };
  const { headers } = await inside.call('POST', SEND_EMAIL, { body: email });
  expect(headers.get('retry-after')).toBe('9');
});

test.each(['a/b', '', ' ', '.', '..', 'ä', 'x'.repeat(65), 'a\0'])('%j is no name', async (name) => {
  const { emulator } = await rigForTest();
  await expect(createMailbox(emulator, name)).rejects.toMatchObject({
    status: 400,
    message: expect.stringMatching(/^name: /),
  });
});

test.each(['a', 'A.b_c-1', '__proto__', 'constructor', 'x'.repeat(64)])('%s is a name, once', async (name) => {
  const { emulator } = await rigForTest();
  await expect(deleteMailbox(emulator, name)).rejects.toMatchObject({ status: 404 });
  expect(await createMailbox(emulator, name)).toMatchObject({ name });
  await expect(createMailbox(emulator, name)).rejects.toMatchObject({ status: 409, code: 'MailboxExists' });
  await deleteMailbox(emulator, name);
  expect(await createMailbox(emulator, name)).toMatchObject({ name });
});

test('of two that are created at once under one name, one is', async () => {
  const { emulator } = await rigForTest();
  const both = await Promise.allSettled([createMailbox(emulator, 'mine'), createMailbox(emulator, 'mine')]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('the default mailbox stays', async () => {
  const rig = await rigForTest();
  await expect(deleteMailbox(rig.emulator, 'default')).rejects.toMatchObject({ status: 409 });
  await expect(createMailbox(rig.emulator, 'default')).rejects.toMatchObject({ status: 409 });
  expect((await rig.call('POST', IDENTITIES, { key: PRIMARY_KEY })).status).toBe(201);
});

test('there are at most 1,000 besides it', async () => {
  const { emulator } = await rigForTest();
  for (let count = 0; count < 1000; count += 1) await createMailbox(emulator);
  await expect(createMailbox(emulator)).rejects.toMatchObject({ status: 409, code: 'TooManyMailboxes' });
});

test('an unknown mailbox is a 404 with those that exist', async () => {
  const rig = await rigForTest();
  await createMailbox(rig.emulator, 'mine');
  for (const name of ['other', '', '__proto__']) {
    const answer = await inspect(rig, 'sms', name);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NotFound', target: 'mailbox' } } });
    expect(answer.body.error.message).toContain('default, mine');
  }
});

test('the log masks the keys of all mailboxes', async () => {
  const lines: string[] = [];
  const rig = await rigForTest({ log: (line) => lines.push(line) }, new Clock());
  const { accessKey } = await createMailbox(rig.emulator);
  for (const text of [accessKey, encodeURIComponent(accessKey)]) {
    await rig.call('GET', `/_emulator/x${text}`, { key: null });
  }
  expect(lines.slice(1)).toHaveLength(2); // the first is of the creation
  for (const line of lines.slice(1)) expect(line).toContain('/_emulator/x••• 404');
});
