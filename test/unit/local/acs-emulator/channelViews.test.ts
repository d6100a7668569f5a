import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendEmail } from './eventRig.ts';
import {
  createUser,
  IDENTITIES,
  identityPath,
  participant,
  type Rig,
  rigForTest,
  SMS,
  THREADS,
  threadPath,
} from './harness.ts';

const own = async ({ call }: Rig, path: string) => (await call('GET', `/_emulator/${path}`, { key: null })).body;
const item = (rig: Rig, channel: string, id: string) => own(rig, `items/${channel}/${encodeURIComponent(id)}`);
const SENDER = '+18005550100';
const PHONE = '+14255550123';

describe('an SMS message', () => {
  test('has its repeats, segments and conversation', async () => {
    const rig = await rigForTest();
    const firstSent = rig.clock.rfc1123();
    const requestId = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
    const smsRecipients = [{ to: PHONE, repeatabilityRequestId: requestId, repeatabilityFirstSent: firstSent }];
    const send = () => rig.call('POST', SMS, { body: { from: SENDER, smsRecipients, message: '漢'.repeat(71) } });
    const { messageId } = (await send()).body.value[0];
    await send();
    await send();
    await rig.call('POST', '/_emulator/sms/incoming', { key: null, body: { from: PHONE, to: SENDER, message: 'Hi' } });
    // 67 characters in each segment of a UCS-2 message: https://en.wikipedia.org/wiki/SMS#Message_size
    expect(await item(rig, 'sms', messageId)).toMatchObject({
      direction: 'sent',
      segments: { count: 2, encoding: 'UCS-2', characters: 71 },
      repeatability: { requestId, firstSent, repeats: 2 },
      conversation: [
        { direction: 'sent', status: 'Delivered' },
        { direction: 'received', message: 'Hi', status: 'Received' },
      ],
    });
  });

  test('of an old journal is shown, also a received one', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
    onTestFinished(() => rm(dataDirectory, { recursive: true }));
    const id = '8:acs:a_b';
    const journal = [
      {
        store: 'sms',
        type: 'requested',
        at: 1000,
        from: SENDER,
        message: 'A',
        items: [{ to: PHONE, messageId: 'm' }],
        repeats: 3,
      },
      { store: 'events', type: 'smsReceived', messageId: 'r', at: 2000, from: PHONE, to: SENDER, message: 'B' },
      { store: 'identity', type: 'created', id, at: 0 },
      { store: 'identity', type: 'tokenIssued', id, at: 0, tokenNumber: 1, scopes: ['chat'] },
    ];
    await writeFile(join(dataDirectory, 'journal.jsonl'), journal.map((it) => `${JSON.stringify(it)}\n`).join(''));
    const rig = await rigForTest({ dataDirectory });
    expect((await own(rig, 'items?channel=sms')).value).toMatchObject([
      { id: 'r', direction: 'received' },
      { id: 'm' },
    ]);
    expect(await own(rig, 'sms/stats')).toMatchObject({ delivered: 1, repeatsSuppressed: 3 });
    // A token is valid for a day unless another time was asked for: https://learn.microsoft.com/azure/communication-services/concepts/authentication
    expect(await item(rig, 'identity', id)).toMatchObject({
      tokens: [{ expiresOn: '1970-01-02T00:00:00.000Z', state: 'expired' }],
    });
  });
});

test('an email message changes as its operation does', async () => {
  const rig = await rigForTest({ emailSettleMilliseconds: 3000 });
  const id = await sendEmail(rig, ['a@contoso.example', 'bounced@contoso.example']);
  const states = [];
  for (const wait of [0, 1000, 2000]) {
    rig.clock.advance(wait);
    const { status, operation, recipients } = await item(rig, 'email', id);
    states.push([status, operation.status, ...recipients.map((it: { status: string }) => it.status)]);
  }
  expect(states).toEqual([
    ['NotStarted', 'NotStarted', 'Pending', 'Pending'],
    ['Running', 'Running', 'Pending', 'Pending'],
    ['Bounced', 'Succeeded', 'Delivered', 'Bounced'],
  ]);
});

describe('a chat', () => {
  test('is an item until it has a message, and each message is one', async () => {
    const rig = await rigForTest();
    const [anna, ben] = [await createUser(rig), await createUser(rig)];
    const body = { topic: 'Lunch', participants: [{ ...participant(ben.id), displayName: 'Ben' }] };
    const { id } = (await rig.call('POST', THREADS, { token: anna.token, body })).body.chatThread;
    const list = async () => (await own(rig, 'items?channel=chat')).value;
    expect(await list()).toMatchObject([{ id, status: 'active', subject: 'Lunch', from: anna.id, to: [ben.id] }]);
    const sent = await rig.call('POST', threadPath(id, '/messages'), {
      token: ben.token,
      body: { content: '<p>Code: <b>482133</b></p>', type: 'html', senderDisplayName: 'Ben' },
    });
    const message = threadPath(id, `/messages/${sent.body.id}`);
    expect(await list()).toMatchObject([
      { id: `${id};${sent.body.id}`, status: 'sent', preview: 'Code: 482133', from: ben.id, fromName: 'Ben' },
    ]);
    await rig.call('POST', threadPath(id, '/readReceipts'), {
      token: anna.token,
      body: { chatMessageId: sent.body.id },
    });
    await rig.call('PATCH', message, { token: ben.token, body: { content: 'Code: 904417' } });
    await rig.call('POST', threadPath(id, '/typing'), { token: anna.token, body: { senderDisplayName: 'Anna' } });
    const shown = () => item(rig, 'chat', `${id};${sent.body.id}`);
    expect(await shown()).toMatchObject({
      status: 'edited',
      codes: ['904417'],
      message: { id: sent.body.id, sender: ben.id, senderDisplayName: 'Ben', editedOn: '2026-01-15T08:30:00.250Z' },
      conversation: {
        topic: 'Lunch',
        participants: [{ id: anna.id }, { id: ben.id, displayName: 'Ben' }],
        receipts: [{ reader: anna.id, messageId: sent.body.id }],
        typing: [{ id: anna.id, displayName: 'Anna' }],
      },
    });
    rig.clock.advance(8000);
    expect((await shown()).conversation.typing).toEqual([]);
    await rig.call('DELETE', message, { token: ben.token });
    await rig.call('DELETE', threadPath(id), { token: anna.token });
    expect(await shown()).toMatchObject({ status: 'deleted', conversation: { deletedOn: '2026-01-15T08:30:08.250Z' } });
  });

  test('whose last message makes room for others is removed', async () => {
    const rig = await rigForTest({ maximumItems: 1 });
    const { token } = await createUser(rig);
    const ids = [];
    for (const topic of ['A', 'B']) {
      const { id } = (await rig.call('POST', THREADS, { token, body: { topic } })).body.chatThread;
      await rig.call('POST', threadPath(id, '/messages'), { token, body: { content: topic } });
      ids.push(id);
    }
    expect((await own(rig, 'items?channel=chat')).value).toMatchObject([{ thread: ids[1] }]);
    expect((await own(rig, 'threads')).value).toMatchObject([{ id: ids[1] }]);
  });
});

describe('an identity', () => {
  test('has its tokens with the claims that they were issued with', async () => {
    const rig = await rigForTest();
    const { id, token } = await createUser(rig, ['chat', 'voip']);
    const shown = await item(rig, 'identity', id);
    expect(shown).toMatchObject({ status: 'active', to: [id], preview: 'chat, voip', tokensIssued: 1 });
    expect(shown.tokens).toMatchObject([{ number: 1, scopes: ['chat', 'voip'], state: 'valid' }]);
    expect(shown.tokens[0].claims).toEqual(decodeJwt(token));
    await rig.call('POST', identityPath(id, '/:issueAccessToken'), {
      body: { scopes: ['chat'], expiresInMinutes: 60 },
    });
    rig.clock.advance(60 * 60 * 1000);
    const states = async () => (await item(rig, 'identity', id)).tokens.map((it: { state: string }) => it.state);
    expect(await states()).toEqual(['expired', 'valid']);
    await rig.call('POST', identityPath(id, '/:revokeAccessTokens'));
    expect(await states()).toEqual(['revoked', 'revoked']);
  });

  test('that was deleted is shown as deleted, and cannot act', async () => {
    const rig = await rigForTest();
    const { id, token } = await createUser(rig);
    await rig.call('DELETE', identityPath(id));
    expect(await item(rig, 'identity', id)).toMatchObject({ status: 'deleted', tokens: [{ state: 'revoked' }] });
    expect((await rig.call('GET', THREADS, { token })).status).toBe(401);
    expect((await rig.call('DELETE', identityPath(id))).status).toBe(404);
    expect((await own(rig, 'identities')).value).toEqual([]);
    expect((await rig.call('POST', IDENTITIES)).status).toBe(201);
  });
});
