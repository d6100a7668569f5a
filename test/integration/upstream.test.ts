import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../infra/local/acs-emulator/http/fault.ts';
import { faultsOf, setFaults, smsStats, smsTo, threadsAbout } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { call, connectionOf, type JsonRequest } from '../setup/switchboard.ts';

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack();
  return stack.stop;
});
beforeEach(() => setFaults(stack.acs, []));

const callSwitchboard = (request: JsonRequest) => call(connectionOf(stack.switchboard), request);

const sms = (to: string, key: string = crypto.randomUUID()): JsonRequest => ({
  method: 'POST',
  target: '/sms',
  headers: { 'Idempotency-Key': key },
  body: { from: SENDER, smsRecipients: [{ to }], message: 'Hello' },
});

/** Sends one text while a fault is set: the answer, what was delivered, and how many requests ACS saw. */
async function sendDisturbed(fault: Omit<Fault, 'operation'>) {
  const to = uniquePhone();
  await setFaults(stack.acs, [{ operation: 'sendSms', ...fault }]);
  const before = await smsStats(stack.acs);
  const answer = await callSwitchboard(sms(to));
  const after = await smsStats(stack.acs);
  const [counted] = await faultsOf(stack.acs);
  return {
    answer,
    delivered: await smsTo(stack.acs, to),
    requests: counted?.seen,
    repeatsSuppressed: after.repeatsSuppressed - before.repeatsSuppressed,
  };
}

describe('429', () => {
  test('goes to the caller at once, with ACS’s Retry-After', async () => {
    const { answer, delivered, requests } = await sendDisturbed({ status: 429, retryAfterSeconds: 7, count: 1 });
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('x-ms-error-code')).toBe('TooManyRequests');
    expect({ delivered, requests }).toEqual({ delivered: [], requests: 1 });
  });

  test('without a Retry-After gets one', async () => {
    const { answer } = await sendDisturbed({ status: 429, count: 1 });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('what may pass is tried again, and nothing is delivered twice', () => {
  test.each<Omit<Fault, 'operation'>>([
    { status: 500, count: 1 },
    { status: 500, count: 2, afterEffect: true },
    { status: 503, count: 2 },
    { status: 408, count: 1 },
    { status: 'reset', count: 1 },
    { status: 'reset', count: 2, afterEffect: true },
  ])('$status, afterEffect: $afterEffect', async (fault) => {
    const { answer, delivered, requests, repeatsSuppressed } = await sendDisturbed(fault);
    expect(answer).toMatchObject({ status: 202, body: { value: [{ successful: true }] } });
    expect(delivered).toHaveLength(1);
    expect(requests).toBe((fault.count ?? 0) + 1);
    expect(repeatsSuppressed).toBe(fault.afterEffect ? fault.count : 0);
  });

  test('what does not pass ends after three tries', async () => {
    const { answer, delivered, requests } = await sendDisturbed({ status: 503 });
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'UpstreamUnavailable' } } });
    expect({ delivered, requests }).toEqual({ delivered: [], requests: 3 });
  });

  test('an answer that is lost every time leaves a doubt, which the same key resolves', async () => {
    const to = uniquePhone();
    const key = crypto.randomUUID();
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 'reset', afterEffect: true, count: 3 }]);
    const lost = await callSwitchboard(sms(to, key));
    expect(lost).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
    expect((await callSwitchboard(sms(to, key))).status).toBe(202);
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });

  test('so does an answer that never comes', async () => {
    const to = uniquePhone();
    const key = crypto.randomUUID();
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 'timeout', afterEffect: true, count: 3 }]);
    const lost = await callSwitchboard(sms(to, key));
    expect(lost).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
    await setFaults(stack.acs, []);
    expect((await callSwitchboard(sms(to, key))).status).toBe(202);
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });

  test('an identity is asked for again', async () => {
    await setFaults(stack.acs, [{ operation: 'createIdentity', status: 500, count: 2 }]);
    expect((await callSwitchboard({ method: 'POST', target: '/identities' })).status).toBe(201);
    await setFaults(stack.acs, [{ operation: 'createIdentity', status: 500 }]);
    const answer = await callSwitchboard({ method: 'POST', target: '/identities' });
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'UpstreamUnavailable' } } });
  });
});

async function newChatThread() {
  const topic = uniqueTopic();
  const made = await callSwitchboard({ method: 'POST', target: '/chat/threads', body: { topic } });
  const { chatThread } = made.body as { chatThread: { id: string } };
  return { topic, target: `/chat/threads/${encodeURIComponent(chatThread.id)}` };
}

describe('a change of a chat thread whose answer is lost takes effect once', () => {
  const NOBODY = { communicationUserId: '8:acs:nobody' };

  test.each([
    ['updateChatThread', 'PATCH', '', { topic: uniqueTopic() }, 204],
    ['addChatParticipants', 'POST', '/participants/:add', { participants: [] }, 201],
    ['removeChatParticipant', 'POST', '/participants/:remove', NOBODY, 204],
    ['deleteChatThread', 'DELETE', '', undefined, 204],
  ] as const)('%s', async (operation, method, below, body, status) => {
    const newThread = async () => `${(await newChatThread()).target}${below}`;
    const json = body === undefined ? {} : { body };
    // In one call
    await setFaults(stack.acs, [{ operation, status: 'reset', afterEffect: true, count: 2 }]);
    expect(await callSwitchboard({ method, target: await newThread(), ...json })).toMatchObject({ status });
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 3 }]);
    // In two
    await setFaults(stack.acs, [{ operation, status: 'reset', afterEffect: true, count: 3 }]);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const named = { method, target: await newThread(), headers, ...json };
    expect(await callSwitchboard(named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
    expect(await callSwitchboard(named)).toMatchObject({ status });
    const again = await callSwitchboard(named);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([status, 'true']);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 4 }]);
  });
});

describe('a change of a chat message', () => {
  async function newMessage() {
    const target = `${(await newChatThread()).target}/messages`;
    const { body } = await callSwitchboard({ method: 'POST', target, body: { content: 'Hello' } });
    const message = `${target}/${(body as { id: string }).id}`;
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    return {
      edit: () => callSwitchboard({ method: 'PATCH', target: message, headers, body: { content: 'Edited' } }),
      remove: () => callSwitchboard({ method: 'DELETE', target: message, headers }),
      read: async () => (await callSwitchboard({ method: 'GET', target: message })).body,
    };
  }

  test.each(['reset', 500] as const)('whose answer is lost (%s) is made again', async (status) => {
    const { edit, remove, read } = await newMessage();
    await setFaults(
      stack.acs,
      ['updateChatMessage', 'deleteChatMessage'].map((operation) => ({
        operation,
        status,
        afterEffect: true,
        count: 1,
      })),
    );
    expect((await edit()).status).toBe(204);
    expect(await read()).toMatchObject({ content: { message: 'Edited' } });
    expect((await remove()).status).toBe(204);
    expect(await read()).toMatchObject({ deletedOn: expect.any(String) });
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 2 }, { seen: 2 }]);
  });

  test('whose answers are all lost can be repeated under its Idempotency-Key', async () => {
    const { remove, read } = await newMessage();
    await setFaults(stack.acs, [{ operation: 'deleteChatMessage', status: 'reset', afterEffect: true, count: 3 }]);
    expect(await remove()).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
    expect((await remove()).status).toBe(204);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 4 }]);
    expect((await remove()).headers.get('idempotent-replayed')).toBe('true');
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 4 }]);
    expect(await read()).toMatchObject({ deletedOn: expect.any(String) });
  });
});

describe('what cannot be repeated', () => {
  async function newThread() {
    const { topic, target: path } = await newChatThread();
    const target = `${path}/messages`;
    const texts = async () => {
      const [thread] = await threadsAbout(stack.acs, topic);
      return thread?.messages.flatMap(({ content }) => content.message ?? []);
    };
    const send = (content: string, headers: Record<string, string> = {}) =>
      callSwitchboard({ method: 'POST', target, headers, body: { content } });
    return { send, texts };
  }

  test.each(['reset', 500] as const)('a chat message whose answer is lost (%s) is not sent again', async (status) => {
    const { send, texts } = await newThread();
    await setFaults(stack.acs, [{ operation: 'sendChatMessage', status, afterEffect: true, count: 1 }]);
    const answer = await send('Hello');
    expect(answer).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
    expect(JSON.stringify(answer.body)).not.toContain('Idempotency-Key');
    expect(await texts()).toEqual(['Hello']);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 1 }]);
  });

  test('not even under the same Idempotency-Key', async () => {
    const { send, texts } = await newThread();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    await setFaults(stack.acs, [{ operation: 'sendChatMessage', status: 'reset', afterEffect: true, count: 1 }]);
    for (const status of [504, 504]) expect((await send('Hello', headers)).status).toBe(status);
    expect(await texts()).toEqual(['Hello']);
  });

  test('a chat message that ACS turned away whole (503) is sent again', async () => {
    const { send, texts } = await newThread();
    await setFaults(stack.acs, [{ operation: 'sendChatMessage', status: 503, count: 2 }]);
    expect((await send('Hello')).status).toBe(201);
    expect(await texts()).toEqual(['Hello']);
  });
});

describe('what ACS refuses', () => {
  test("Switchboard's own key: 502, after a second try with a fresh date", async () => {
    const once = await sendDisturbed({ status: 401, count: 1 });
    expect(once.answer.status).toBe(202);
    const { answer, requests } = await sendDisturbed({ status: 401 });
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'UpstreamDenied' } } });
    expect(requests).toBe(2);
  });

  test('a conflict of a mail that it has already: its operation is answered', async () => {
    const address = uniqueAddress();
    const mail: JsonRequest = {
      method: 'POST',
      target: '/emails:send',
      headers: { 'Idempotency-Key': crypto.randomUUID() },
      body: {
        senderAddress: 'news@contoso.com',
        recipients: { to: [{ address }] },
        content: { subject: 'Subject', plainText: 'Text' },
      },
    };
    const first = await callSwitchboard(mail);
    await setFaults(stack.acs, [{ operation: 'sendEmail', status: 409, count: 1 }]);
    const { id } = first.body as { id: string };
    expect(await callSwitchboard(mail)).toMatchObject({ status: 202, body: { id } });
  });
});
