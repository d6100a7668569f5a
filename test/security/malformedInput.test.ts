import { describe, expect, inject, test } from 'vitest';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { SENDER, uniquePhone, uniqueQueue } from '../setup/names.ts';
import { openQueues } from '../setup/storage.ts';
import { answerOf, call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);
const queues = openQueues(stack.storage);

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const sms = (more: string) =>
  `{"from":"${SENDER}","smsRecipients":[{"to":"${uniquePhone()}"}],"message":"Hello"${more}}`;

/** JSON that no operation takes, whatever stands around it. */
const MALFORMED: readonly (readonly [what: string, more: string])[] = [
  ['nested a little too deeply', `,"x":${nested(70)}`],
  ['nested very deeply', `,"x":${nested(7000)}`],
  ['nested where anything may stand', `,"smsSendOptions":{"messagingConnect":{"partner":"a","x":${nested(7000)}}}`],
  ['arrays nested very deeply', `,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['half a surrogate pair', ',"smsSendOptions":{"tag":"a\\ud83d","enableDeliveryReport":true}'],
  ['a tag that is too long', `,"smsSendOptions":{"tag":"${'x'.repeat(1025)}","enableDeliveryReport":true}`],
  ['a number that is none', ',"smsSendOptions":{"deliveryReportTimeoutInSeconds":1e400}'],
];

async function post(target: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return answerOf(await signedFetch(connection, { method: 'POST', target, body, headers }));
}

describe.each(MALFORMED)('%s', (_what, more) => {
  test('is a 400 over HTTP, with and without a key', async () => {
    for (const headers of [{}, { 'idempotency-key': crypto.randomUUID() }]) {
      const { status, body } = await post('/sms', sms(more), headers);
      expect({ status, code: errorEnvelope.parse(body).error.code }).toEqual({ status: 400, code: 'InvalidRequest' });
    }
  });

  test.each([
    ['plain', (text: string) => text],
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
  ])('is a 400 over the queue, %s', async (_encoding, encoded) => {
    const replyTo = uniqueQueue();
    await queues.putText('send-sms', encoded(`{"replyTo":"${replyTo}","body":${sms(more)}}`));
    expect(await queues.takeOutcome(replyTo)).toMatchObject({ type: 'switchboard.sendSms.failed', httpstatus: 400 });
  });
});

test.each(['__proto__', 'constructor', 'prototype', 'toString'])('a member called %s changes nothing', async (name) => {
  const { status } = await post('/sms', sms(`,"${name}":{"isAdmin":true,"from":"x"}`));
  expect(status).toBe(202);
  const batch = `{"from":"${SENDER}","message":"Hi","recipients":["${uniquePhone()}"],"${name}":{}}`;
  expect(await post('/sms/batches?dryRun=true', batch)).toMatchObject({ status: 400 });
});

test('of two members of one name the last one counts, as for every reader of JSON here', async () => {
  const [first, second] = [uniquePhone(), uniquePhone()];
  const body = `{"from":"${SENDER}","smsRecipients":[{"to":"${first}"}],"smsRecipients":[{"to":"${second}"}],"message":"Hi"}`;
  expect(await post('/sms', body)).toMatchObject({ status: 202, body: { value: [{ to: second }] } });
});

test('no cache keeps an answer', async () => {
  const created = await call(connection, {
    method: 'POST',
    target: '/identities',
    body: { createTokenWithScopes: ['chat'] },
  });
  expect(created.status).toBe(201);
  const refused = await call(connection, { method: 'GET', target: '/sms/batches?maxPageSize=x' });
  const unknown = await call(connection, { method: 'GET', target: '/nothing' });
  for (const { headers } of [created, refused, unknown]) expect(headers.get('cache-control')).toBe('no-store');
});
