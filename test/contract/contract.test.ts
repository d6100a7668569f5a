import { describe, expect, inject, test } from 'vitest';
import { createChatUser } from '../setup/emulator.ts';
import { uniqueAddress, uniquePhone } from '../setup/names.ts';
import { OPERATIONS, operationNamed } from './document.ts';
import { expectDocumented, expectEnvelope, expected, withUser } from './expectations.ts';
import { SUCCESSES } from './successes.ts';
import { type Attempt, TARGETS } from './targets.ts';

const thread = { chatThreadId: '19:unknown@thread.v2' };
const { acsConnectionString } = inject('stack');

/** Calls that nothing is wrong with but the caller. */
const CALLS: readonly Attempt[] = [
  { operation: 'createIdentity', body: {} },
  { operation: 'deleteIdentity', params: { id: '8:acs:nobody' } },
  { operation: 'issueAccessToken', params: { id: '8:acs:nobody' }, body: { scopes: ['chat'] } },
  { operation: 'sendSms', body: { from: '+18005550100', smsRecipients: [{ to: uniquePhone() }], message: 'Hello' } },
  {
    operation: 'sendEmail',
    body: {
      senderAddress: 'news@contoso.com',
      recipients: { to: [{ address: uniqueAddress() }] },
      content: { subject: 'Subject', plainText: 'Text' },
    },
  },
  { operation: 'createChatThread', body: { topic: 'Topic' } },
  { operation: 'listChatThreads' },
  { operation: 'sendChatMessage', params: thread, body: { content: 'Hello' } },
  { operation: 'listChatMessages', params: thread },
];

/** Requests of which the contract says that they are refused with 400. */
const BAD_REQUESTS: readonly (Attempt & { readonly what: string })[] = [
  {
    what: 'no sender',
    operation: 'sendSms',
    body: { from: 'not a sender!', smsRecipients: [{ to: uniquePhone() }], message: 'Hello' },
  },
  {
    what: 'nobody to send to',
    operation: 'sendSms',
    body: { from: '+18005550100', smsRecipients: [], message: 'Hello' },
  },
  {
    what: 'no recipients',
    operation: 'sendEmail',
    body: { senderAddress: 'news@contoso.com', content: { subject: 'Subject', plainText: 'Text' } },
  },
  { what: 'no topic', operation: 'createChatThread', body: { participants: [] } },
];

describe.concurrent.each(TARGETS)('$name', (target) => {
  test.each(SUCCESSES)('$operation: $what', async ({ operation, status, prepare, members }) => {
    const attempt = { operation, ...(await prepare(target)) };
    expect(operationNamed(operation).requestProblems(attempt.body)).toEqual([]);
    const answer = await target.send(attempt);
    expectDocumented(target, operation, answer);
    expect(answer.status).toBe(status);
    if (status === 204) expect(answer.body).toBeUndefined();
    else expect(answer.body).toEqual(expected(members));
  });

  test('deleteIdentity: an identity that does not exist', async () => {
    const answer = await target.send({ operation: 'deleteIdentity', params: { id: '8:acs:nobody' } });
    expectDocumented(target, 'deleteIdentity', answer);
    expect(answer.status).toBe(target.isSwitchboard ? 204 : 404);
  });

  test.each(CALLS)('$operation: 401 for a stranger', async (attempt) => {
    const answer = await target.sendAsStranger(await withUser(attempt));
    expectDocumented(target, attempt.operation, answer);
    expect(answer.status).toBe(401);
    expectEnvelope(target, answer);
  });

  test.each(BAD_REQUESTS)('$operation: 400 for $what', async (attempt) => {
    const answer = await target.send(await withUser(attempt));
    expectDocumented(target, attempt.operation, answer);
    expect(answer.status).toBe(400);
    expectEnvelope(target, answer);
  });

  test('sendChatMessage: 400 for a message without content', async () => {
    const user = await createChatUser(acsConnectionString);
    const made = await target.send({ operation: 'createChatThread', body: { topic: 'Topic' }, user });
    const { chatThread } = made.body as { chatThread: { id: string } };
    const params = { chatThreadId: chatThread.id };
    const answer = await target.send({ operation: 'sendChatMessage', params, body: { type: 'text' }, user });
    expectDocumented(target, 'sendChatMessage', answer);
    expect(answer.status).toBe(400);
    expectEnvelope(target, answer);
  });
});

test('every operation of the contract has a successful case and a denied one', () => {
  const operations = new Set(OPERATIONS.map(({ operationId }) => operationId));
  expect(operations.size).toBe(9);
  expect(new Set(SUCCESSES.map(({ operation }) => operation))).toEqual(operations);
  expect(new Set(CALLS.map(({ operation }) => operation))).toEqual(operations);
});

test('a body that violates the contract is detected', () => {
  const { answerProblems, requestProblems } = operationNamed('issueAccessToken');
  expect(answerProblems(200, { token: 1, expiresOn: 'tomorrow' })).toEqual([
    '/token must be string',
    '/expiresOn must match format "date-time"',
  ]);
  expect(requestProblems({})).toEqual([" must have required property 'scopes'"]);
});
