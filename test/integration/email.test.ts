import { EmailClient } from '@azure/communication-email';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import type { EmailOperationStatus } from '../../shared/contract/email.ts';
import { acceptedEmail, emailStatusOf, emailStatusWhen, emailTo, postEmail } from '../setup/emails.ts';
import { emailsTo } from '../setup/emulator.ts';
import { uniqueAddress, uniqueQueue } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// A stack of its own, whose emulator sends events.
let stack: OwnStack;
let connection: Connection;
let queues: TestQueues;
beforeAll(async () => {
  stack = await startOwnStack();
  connection = connectionOf(stack.switchboard);
  queues = openQueues(stack.storage);
});
afterAll(() => stack.stop());

const isDelivered = ({ status, deliveries = [] }: EmailOperationStatus) =>
  status === 'Succeeded' && deliveries.length > 0;
const reportsOf = ({ deliveries = [] }: EmailOperationStatus) => deliveries.map((it) => [it.recipient, it.status]);

/** An address whose delivery status the emulator's table determines. */
const addressOf = (fate: string) => uniqueAddress().replace(/^anna/, fate);

describe.concurrent('an email has the status Succeeded and is delivered, without any poll by its client,', () => {
  test('when it was sent by HTTP', async () => {
    const to = uniqueAddress();
    const answer = await postEmail(connection, emailTo([to]));
    expect(answer).toMatchObject({ status: 202, body: { status: 'Running', error: null } });
    const location = answer.headers.get('operation-location') ?? '';
    expect(location.startsWith(`${stack.switchboard}/emails/operations/`)).toBe(true);
    const { pathname } = new URL(location);
    const email = await emailStatusWhen(connection, pathname.split('/').at(-1) ?? '', isDelivered);
    expect(reportsOf(email)).toEqual([[to, 'Delivered']]);
  });

  test('when it was sent by queue; each outcome is emitted once', async () => {
    const [to, id, replyTo] = [uniqueAddress(), crypto.randomUUID(), uniqueQueue()];
    await queues.put('send-email', { id, client: 'everything', replyTo, body: emailTo([to]) });
    const events = [
      await queues.takeOutcome(replyTo),
      await queues.takeOutcome(replyTo),
      await queues.takeOutcome(replyTo),
    ];
    const types = events.map(({ type }) => type.replace('switchboard.sendEmail.', ''));
    expect(types.toSorted((a, b) => a.localeCompare(b))).toEqual(['accepted', 'delivered', 'succeeded']);
    expect(new Set(events.map((it) => it.subject))).toEqual(new Set([id]));
    const delivered = events.find(({ type }) => type.endsWith('delivered'));
    expect(delivered?.data).toMatchObject({ recipient: to, status: 'Delivered' });
    const { id: operationId } = (delivered?.data ?? {}) as { id: string };
    expect(await emailStatusOf(connection, operationId)).toMatchObject({ status: 'Succeeded' });
    expect(await queues.count(replyTo)).toBe(0);
    expect(await emailsTo(stack.acs, to)).toHaveLength(1);
  });

  test('when it was sent by an official client', async () => {
    const to = uniqueAddress();
    const client = new EmailClient(stack.client ?? '', { allowInsecureConnection: true });
    const { senderAddress, content } = emailTo([to]);
    const poller = await client.beginSend({ senderAddress, content, recipients: { to: [{ address: to }] } });
    const { id } = await poller.pollUntilDone();
    expect(reportsOf(await emailStatusWhen(connection, id, isDelivered))).toEqual([[to, 'Delivered']]);
  });
});

describe.concurrent('an email to a scripted address', () => {
  test.each([
    ['bounced', 'Succeeded', 'Bounced'],
    ['quarantined', 'Succeeded', 'Quarantined'],
    ['spam', 'Succeeded', 'FilteredSpam'],
    ['undeliverable', 'Succeeded', 'Failed'],
    ['suppressed', 'Failed', 'Suppressed'],
  ])('%s ends as %s, reported as %s', async (fate, status, report) => {
    const [to, replyTo] = [addressOf(fate), uniqueQueue()];
    await queues.put('send-email', { client: 'everything', replyTo, body: emailTo([to]) });
    const { data } = await queues.takeOutcome(replyTo, 'switchboard.sendEmail.accepted');
    const { id } = data as { id: string };
    const email = await emailStatusWhen(connection, id, (it) => it.status === status && reportsOf(it).length > 0);
    expect(reportsOf(email)).toEqual([[to, report]]);
  });

  test('failed ends as Failed with its reason, without a delivery report', async () => {
    const id = await acceptedEmail(connection, emailTo([addressOf('failed')]));
    const email = await emailStatusWhen(connection, id, ({ status }) => status === 'Failed');
    expect(email).toMatchObject({ error: { code: 'EmailDropped' } });
    expect(reportsOf(email)).toEqual([]);
  });

  test('stuck stays in progress, with Retry-After', async () => {
    const id = await acceptedEmail(connection, emailTo([addressOf('stuck')]));
    const answer = await call(connection, { method: 'GET', target: `/emails/operations/${id}` });
    expect(answer).toMatchObject({ status: 200, body: { status: 'Running' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('and to others has a delivery status for each recipient', async () => {
    const fates = ['anna', 'bounced', 'suppressed'];
    const to = fates.map(addressOf);
    const id = await acceptedEmail(connection, emailTo(to));
    const email = await emailStatusWhen(connection, id, ({ deliveries = [] }) => deliveries.length === 3);
    expect(new Set(reportsOf(email).map(([, status]) => status))).toEqual(
      new Set(['Delivered', 'Bounced', 'Suppressed']),
    );
    expect(email.status).toBe('Succeeded');
  });
});

describe('a large email', () => {
  const megabytes = 9.5;
  const contentInBase64 = 'QUJD'.repeat((megabytes * 1024 * 1024) / 4);
  const attachments = [{ name: 'a.pdf', contentType: 'application/pdf', contentInBase64 }];

  test('is sent by queue from a blob', async () => {
    const [to, name] = [uniqueAddress(), `${crypto.randomUUID()}.json`];
    await queues.putBody(name, JSON.stringify(emailTo([to], { attachments })));
    const outcome = await queues.ask('send-email', { bodyBlob: name });
    expect(outcome).toMatchObject({ httpstatus: 202, type: 'switchboard.sendEmail.accepted' });
    expect(await emailsTo(stack.acs, to)).toMatchObject([{ attachments: [{ name: 'a.pdf' }] }]);
  });

  test('is sent by HTTP; a larger one than ACS allows is refused', async () => {
    const to = uniqueAddress();
    await acceptedEmail(connection, emailTo([to], { attachments }));
    expect(await emailsTo(stack.acs, to)).toHaveLength(1);
    const tooMuch = emailTo([to], { attachments: [...attachments, ...attachments] });
    expect(await postEmail(connection, tooMuch)).toMatchObject({
      status: 413,
      body: { error: { code: 'PayloadTooLarge' } },
    });
  });
});

describe('an email that cannot be sent is refused with the name of the field:', () => {
  const broken = (more: object) => [{ name: 'a', contentType: 'text/plain', contentInBase64: 'aGVsbG8=', ...more }];
  const many = Array.from({ length: 51 }, (_, index) => `a${index}@example.com`);

  test.each([
    ['no subject', emailTo(['a@example.com'], { content: { plainText: 'x' } }), 400, 'content.subject'],
    ['51 recipients', emailTo(many), 400, 'recipients'],
    [
      'a disallowed attachment',
      emailTo(['a@example.com'], { attachments: broken({ contentType: 'application/x-msdownload' }) }),
      ...([400, 'attachments[0].contentType'] as const),
    ],
    [
      'broken base64',
      emailTo(['a@example.com'], { attachments: broken({ contentInBase64: 'a?=' }) }),
      ...([400, 'attachments[0].contentInBase64'] as const),
    ],
    ['a sender of others', emailTo(['a@example.com'], { senderAddress: 'ceo@contoso.com' }), 403, 'senderAddress'],
  ])('%s', async (_what, body, status, target) => {
    const answer = await postEmail(connectionOf(stack.switchboard, 'mailOnly'), body);
    expect(answer).toMatchObject({ status, body: { error: { target } } });
  });
});

test('an email is not found by another client', async () => {
  const id = await acceptedEmail(connection, emailTo([uniqueAddress()]));
  const other = connectionOf(stack.switchboard, 'plain');
  const answer = await call(other, { method: 'GET', target: `/emails/operations/${id}` });
  expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
});
