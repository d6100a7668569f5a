import { describe, expect, inject, test } from 'vitest';
import { jwt } from '../setup/credentials.ts';
import { createChatUser } from '../setup/emulator.ts';
import { uniqueTopic } from '../setup/names.ts';
import { answerOf } from '../setup/switchboard.ts';

// A user's stored answers belong to whom the token names: the proof must cover that name.

const { switchboard, acsConnectionString } = inject('stack');

async function createThread(token: string, topic: string, key: string) {
  return answerOf(
    await fetch(`${switchboard}/chat/threads?api-version=2024-03-15`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ topic }),
    }),
  );
}

const parts = (token: string) => token.split('.');
const claimsOf = (token: string): object => JSON.parse(Buffer.from(parts(token)[1] ?? '', 'base64url').toString());

/** Made by a user of the same resource, who has a genuine token and has read the victim's claims. */
function forgeries(own: string, victim: string): readonly (readonly [string, string])[] {
  const [header = '', payload = '', signature = ''] = parts(own);
  const [victimHeader = '', victimPayload = '', victimSignature = ''] = parts(victim);
  const text = (it: string) => Buffer.from(it, 'base64url').toString();
  const { skypeid } = { skypeid: '', ...claimsOf(victim) };
  return [
    ['the victim’s claims under an own signature', [header, victimPayload, signature].join('.')],
    ['own claims under the victim’s signature', [victimHeader, payload, victimSignature].join('.')],
    ['the victim’s name among own claims', jwt({ ...claimsOf(own), skypeid }, text(header), signature)],
    [
      'a second name after the own one',
      jwt(text(payload).replace(/\}$/, `,"skypeid":"${skypeid}"}`), text(header), signature),
    ],
    ['a later expiry', jwt({ ...claimsOf(victim), exp: 9_999_999_999 }, text(victimHeader), victimSignature)],
    ['no algorithm', jwt(text(victimPayload), { alg: 'none', typ: 'JWT' }, victimSignature)],
    ['the victim’s token, its signature altered', `${victim.slice(0, -6)}AAAAAA`],
  ];
}

describe('a user who names another one in a token', () => {
  test('neither reads what that one has stored nor occupies its keys, also when both are known', async () => {
    const [mallory, anna] = await Promise.all([
      createChatUser(acsConnectionString),
      createChatUser(acsConnectionString),
    ]);
    const [topic, key, freeKey] = [uniqueTopic(), crypto.randomUUID(), crypto.randomUUID()];
    const stored = await createThread(anna.token, topic, key);
    expect(stored.status).toBe(201);
    expect((await createThread(mallory.token, uniqueTopic(), key)).status).toBe(201);
    for (const [how, token] of forgeries(mallory.token, anna.token)) {
      expect((await createThread(token, topic, key)).status, how).toBe(401);
      expect((await createThread(token, 'another', key)).status, how).toBe(401);
      expect((await createThread(token, 'occupied', freeKey)).status, how).toBe(401);
    }
    expect((await createThread(anna.token, topic, key)).body).toEqual(stored.body);
    expect((await createThread(anna.token, uniqueTopic(), freeKey)).status).toBe(201);
  });

  test('gets an answer of its own for the same key and body', async () => {
    const [mallory, anna] = await Promise.all([
      createChatUser(acsConnectionString),
      createChatUser(acsConnectionString),
    ]);
    const [topic, key] = [uniqueTopic(), crypto.randomUUID()];
    const [theirs, own] = [await createThread(anna.token, topic, key), await createThread(mallory.token, topic, key)];
    expect([theirs.status, own.status]).toEqual([201, 201]);
    expect(own.headers.get('idempotent-replayed')).toBeNull();
    expect(own.body).not.toEqual(theirs.body);
  });
});
