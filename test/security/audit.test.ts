import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { auditEntryPage } from '../../shared/contract/audit.ts';
import { setFaults } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniqueAddress, uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { call, connectionOf, type JsonRequest, TEST_CLIENTS } from '../setup/switchboard.ts';
import { TEAMS_APP, TEAMS_USER, teamsRequest } from '../setup/teams.ts';

/** What callers write, in a form that nothing else has. */
const MARKER = 'Mrs-Markerson';
const AUDITOR = { ...TEST_CLIENTS.neighbor, allow: ['*', 'operator'] };
const CLIENTS = [TEST_CLIENTS.plain, TEST_CLIENTS.everything, TEST_CLIENTS.smsOnly, AUDITOR];

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack({ CLIENTS: JSON.stringify(CLIENTS), AUDIT_RETENTION_DAYS: '365' });
});
afterAll(() => stack.stop());

const as = (client: 'plain' | 'everything' | 'smsOnly' | 'neighbor', request: JsonRequest) =>
  call(connectionOf(stack.switchboard, client), request);
const post = (target: string, body: unknown, headers: Record<string, string> = {}): JsonRequest => ({
  method: 'POST',
  target,
  body,
  headers,
});

async function entries(client: 'plain' | 'everything' | 'smsOnly' | 'neighbor', query = '') {
  const { status, body } = await as(client, { method: 'GET', target: `/audit?maxPageSize=1000${query}` });
  expect(status).toBe(200);
  return auditEntryPage.parse(body).value;
}

const sms = (to: string) => ({ from: SENDER, smsRecipients: [{ to }], message: MARKER });
const named = z.object({ id: z.string() });

/** Calls each operation that changes something. @returns the ids of what was made */
async function driveEverything() {
  const key = { 'idempotency-key': `${MARKER}-key` };
  const repeated = post('/sms', sms(uniquePhone()), key);
  await as('plain', repeated);
  await as('plain', repeated); // a replay
  await as('plain', post('/sms', { ...sms(uniquePhone()), [MARKER]: MARKER }));
  const mail = {
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: uniqueAddress(), displayName: MARKER }] },
    content: { subject: MARKER, plainText: MARKER },
  };
  const email = named.parse((await as('plain', post('/emails:send', mail))).body);
  const batch = named.parse(
    (await as('plain', post('/sms/batches', { from: SENDER, message: MARKER, recipients: [uniquePhone(), MARKER] })))
      .body,
  );
  const later = { from: SENDER, message: MARKER, recipients: [uniquePhone()] };
  const sendAt = new Date(Date.now() + 86_400_000).toISOString();
  const scheduled = named.parse((await as('plain', post('/sms/batches', { ...later, sendAt }))).body);
  await as('plain', post('/sms/batches?dryRun=true', { from: SENDER, message: MARKER, recipients: [uniquePhone()] }));
  await as('plain', { method: 'POST', target: `/sms/batches/${scheduled.id}:cancel` });
  const optOuts = { from: SENDER, recipients: [{ to: uniquePhone() }, { to: MARKER }] };
  for (const action of ['add', 'check', 'remove']) await as('plain', post(`/sms/optouts:${action}`, optOuts));
  const made = z.object({ identity: named }).parse((await as('plain', post('/identities', {}))).body);
  const { id } = made.identity;
  await as('plain', post(`/identities/${encodeURIComponent(id)}/:issueAccessToken`, { scopes: ['chat'] }));
  await as('smsOnly', post(`/identities/${encodeURIComponent(id)}/:issueAccessToken`, { scopes: ['chat'] }));
  await as('plain', { method: 'POST', target: `/identities/${encodeURIComponent(id)}/:revokeAccessTokens` });
  await as('plain', post('/teamsUser/:exchangeAccessToken', teamsRequest(new Date())));
  await as('plain', post('/teamsUser/:exchangeAccessToken', teamsRequest(new Date(), { exp: 1 })));
  await as('everything', { method: 'DELETE', target: `/identities/${MARKER}` });
  await as('plain', { method: 'DELETE', target: `/identities/${encodeURIComponent(id)}` });
  const thread = z
    .object({ chatThread: named })
    .parse((await as('plain', post('/chat/threads', { topic: MARKER }))).body).chatThread;
  const inThread = `/chat/threads/${encodeURIComponent(thread.id)}`;
  const messages = `${inThread}/messages`;
  const { id: messageId } = named.parse(
    (await as('plain', post(messages, { content: MARKER, senderDisplayName: MARKER }))).body,
  );
  const message = `${messages}/${messageId}`;
  await as('plain', { method: 'GET', target: messages });
  await as('plain', { method: 'PATCH', target: message, body: { content: MARKER, metadata: { a: MARKER } } });
  await as('plain', post(messages.replace('/messages', '/readReceipts'), { chatMessageId: messageId }));
  await as('plain', post(messages.replace('/messages', '/typing'), { senderDisplayName: MARKER }));
  await as('plain', { method: 'DELETE', target: message });
  await as('plain', { method: 'DELETE', target: `${messages}/${MARKER}` });
  await as('plain', { method: 'PATCH', target: inThread, body: { topic: MARKER, metadata: { a: MARKER } } });
  const guest = { communicationUserId: made.identity.id };
  const participants = [{ communicationIdentifier: guest, displayName: MARKER }];
  await as('plain', post(`${inThread}/participants/:add`, { participants }));
  await as('plain', { method: 'GET', target: `${inThread}/participants` });
  await as('plain', post(`${inThread}/participants/:remove`, guest));
  await as('plain', { method: 'DELETE', target: inThread });
  await as('plain', { method: 'DELETE', target: `/chat/threads/${MARKER}` });
  await deleteUnknownThread();
  await openQueues(stack.storage).ask('send-sms', { id: MARKER, client: 'plain', body: sms(uniquePhone()) });
  return { email, batch, scheduled, identity: id, thread, messageId };
}

/** ACS's first answer is lost, and its second one does not confirm that the thread ever existed. */
async function deleteUnknownThread() {
  await setFaults(stack.acs, [{ operation: 'deleteChatThread', status: 'reset', count: 1 }]);
  const answer = await as('plain', { method: 'DELETE', target: `/chat/threads/${MARKER}` });
  expect(answer.status).toBe(204);
}

describe('the audit log', () => {
  test('holds what each client changed or was refused, and nothing that a caller wrote', async () => {
    const ids = await driveEverything();
    const done = await eventually('the end of the batch', async () => {
      const all = await entries('plain');
      return all.some(({ operation }) => operation === 'smsBatch.completed') ? all : undefined;
    });
    const seen = done.map(({ operation, trigger, status, resource, recipients }) =>
      [operation, trigger, status, resource?.id, recipients?.accepted, recipients?.refused].join(' '),
    );
    expect(seen).toHaveLength(25); // two of sendSms are alike
    expect(new Set(seen)).toEqual(
      new Set([
        'sendSms http 202  1 0',
        `sendEmail http 202 ${ids.email.id} 1 0`,
        `submitSmsBatch http 202 ${ids.batch.id} 1 1`,
        `smsBatch.completed switchboard  ${ids.batch.id} 1 0`,
        `submitSmsBatch http 202 ${ids.scheduled.id} 1 0`,
        `cancelSmsBatch http 200 ${ids.scheduled.id}  `,
        'addSmsOptOuts http 200  1 1',
        'removeSmsOptOuts http 200  1 1',
        `createIdentity http 201 ${ids.identity}  `,
        `issueAccessToken http 200 ${ids.identity}  `,
        `revokeAccessTokens http 204 ${ids.identity}  `,
        'exchangeTeamsUserAccessToken http 200   ',
        `deleteIdentity http 204 ${ids.identity}  `,
        `createChatThread http 201 ${ids.thread.id}  `,
        `sendChatMessage http 201 ${ids.thread.id}/${ids.messageId}  `,
        `updateChatMessage http 204 ${ids.thread.id}/${ids.messageId}  `,
        `sendReadReceipt http 200 ${ids.thread.id}  `,
        `deleteChatMessage http 204 ${ids.thread.id}/${ids.messageId}  `,
        `updateChatThread http 204 ${ids.thread.id}  `,
        `addChatParticipants http 201 ${ids.thread.id}  `,
        `removeChatParticipant http 204 ${ids.thread.id}  `,
        `deleteChatThread http 204 ${ids.thread.id}  `,
        'deleteChatThread http 204   ',
        'sendSms queue 202  1 0',
      ]),
    );
    expect(await entries('smsOnly').catch(() => 'refused')).toBe('refused'); // its allow does not hold it
    const others = (await entries('neighbor')).filter(({ client }) => client !== 'plain');
    expect(others).toMatchObject([
      { client: 'everything', operation: 'deleteIdentity', status: 204 },
      { client: 'sms-only', operation: 'issueAccessToken', status: 403, code: 'Forbidden' },
    ]);
    const table = TableClient.fromConnectionString(stack.storage ?? '', 'audit', { allowInsecureConnection: true });
    const rows: unknown[] = [];
    for await (const row of table.listEntities()) rows.push(row);
    expect(rows.length).toBe(done.length + others.length);
    for (const written of [MARKER, TEAMS_USER, TEAMS_APP, 'eyJ']) expect(JSON.stringify(rows)).not.toContain(written);
    expect(JSON.stringify(rows)).not.toMatch(/\+1\d{10}|@contoso|@example/);
  });

  test('is not filled by strangers, reads and invalid requests', async () => {
    const before = await entries('neighbor');
    const stranger = { endpoint: stack.switchboard, accessKey: Buffer.alloc(32, 'stranger').toString('base64') };
    expect((await call(stranger, post('/sms', sms(uniquePhone())))).status).toBe(401);
    expect((await as('plain', post('/sms', { from: SENDER }))).status).toBe(400);
    expect((await as('plain', { method: 'GET', target: '/sms/batches' })).status).toBe(200);
    expect(await entries('neighbor')).toEqual(before);
  });

  test('shows a client its own entries only, page by page', async () => {
    expect((await entries('plain')).map(({ client }) => client)).not.toContain('everything');
    const refused = await as('plain', { method: 'GET', target: '/audit?client=everything' });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'Forbidden', target: 'client' } } });
    const all = await entries('neighbor', '&client=plain');
    const paged: unknown[] = [];
    let target: string | undefined = '/audit?client=plain&maxPageSize=3';
    while (target !== undefined) {
      const { body } = await as('neighbor', { method: 'GET', target });
      const { value, nextLink } = auditEntryPage.parse(body);
      paged.push(...value);
      const next = nextLink === undefined ? undefined : new URL(nextLink);
      target = next && `${next.pathname}${next.search}`;
    }
    expect(paged).toEqual(all);
  });
});
