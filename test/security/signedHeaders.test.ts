import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { createChatUser } from '../setup/emulator.ts';
import { uniqueTopic } from '../setup/names.ts';
import { answerOf, connectionOf, type JsonAnswer } from '../setup/switchboard.ts';

const { switchboard, acsConnectionString } = inject('stack');
const url = `${switchboard}/chat/threads?api-version=2024-03-15`;
const key = importKey(connectionOf(switchboard).accessKey);

/** Creates a thread with a signature over `signed`; what is sent besides is as if it had been added on the way. */
async function createThread(signed: Record<string, string>, sent = signed): Promise<JsonAnswer> {
  const body = JSON.stringify({ topic: uniqueTopic() });
  const { host: _, ...signature } = sign({ method: 'POST', url, body, headers: signed, date: new Date() }, key);
  return answerOf(await fetch(url, { method: 'POST', headers: { ...sent, ...signature }, body }));
}

const createdBy = (id: string) => ({
  status: 201,
  body: { chatThread: { createdByCommunicationIdentifier: { communicationUserId: id } } },
});

describe('a request that was intercepted', () => {
  test('cannot be given an acting user', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const answer = await createThread({}, { 'acting-user': id });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'Denied', target: 'acting-user' } } });
    expect(JSON.stringify(answer.body)).toMatch(/must be signed/);
  });

  test('cannot be given another acting user, and not freed of its own', async () => {
    const [anna, ben] = await Promise.all([createChatUser(acsConnectionString), createChatUser(acsConnectionString)]);
    const signed = { 'acting-user': anna.id };
    expect(await createThread(signed)).toMatchObject(createdBy(anna.id));
    for (const sent of [{ 'acting-user': ben.id }, {}]) {
      expect(await createThread(signed, sent)).toMatchObject({ status: 401 });
    }
  });

  test('cannot be given another signed Idempotency-Key', async () => {
    const signed = { 'idempotency-key': randomUUID() };
    expect(await createThread(signed, { 'idempotency-key': randomUUID() })).toMatchObject({ status: 401 });
    expect(await createThread(signed)).toMatchObject({ status: 201 });
  });

  test('cannot have a signed value read as that of another header', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const body = JSON.stringify({ topic: uniqueTopic() });
    const headers = { 'idempotency-key': id };
    const { host: _, ...signature } = sign({ method: 'POST', url, body, headers, date: new Date() }, key);
    const authorization = signature.authorization.replace('idempotency-key', 'acting-user');
    const sent = { ...signature, 'acting-user': id, authorization };
    expect(await answerOf(await fetch(url, { method: 'POST', headers: sent, body }))).toMatchObject({ status: 401 });
  });
});
