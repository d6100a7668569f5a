import { describe, expect, test } from 'vitest';
import { greeting, KEYS, rig } from './fixtures.ts';

const SENDER = '+18005550100';
const USER = '8:acs:a_b';
const forbidden = { status: 403, body: { error: { code: 'Forbidden' } } };

describe('a client that may not do everything', () => {
  const call = (from: string, operation = greeting()) => rig().http(operation, { key: KEYS.desk, body: { from } });

  test('may call its operations and send from its senders', async () => {
    expect(await call(SENDER)).toMatchObject({ status: 200 });
  });

  test('may call no other operation', async () => {
    expect(await call(SENDER, greeting(undefined, { name: 'shout' }))).toMatchObject(forbidden);
  });

  test('may send from no other sender, and is told which field', async () => {
    expect(await call('+18005550199')).toMatchObject({ ...forbidden, body: { error: { target: 'from' } } });
  });

  test('is told that before its request is checked, and what it may do is done', async () => {
    const { http } = rig();
    expect(await http(greeting(undefined, { name: 'shout' }), { key: KEYS.desk, body: '{}' })).toMatchObject(forbidden);
    expect(await http(greeting(), { key: KEYS.desk, body: '{}' })).toMatchObject({ status: 400 });
  });

  test('reaches nothing when it is refused', async () => {
    const { http, sent } = rig();
    const operation = greeting(async (_, { acs }) => (await acs.send({} as never)) as object);
    await http(operation, { key: KEYS.desk, body: { from: '+18005550199' } });
    expect(sent).toEqual([]);
  });
});

describe('who acts in chat', () => {
  const chat = greeting(async (_, context) => ({ token: await context.asUser(async (token) => token) }), {
    actsAsUser: true,
  });
  const acs = ({ path }: { path: string }) => {
    if (path === '/identities') return { status: 201, body: { identity: { id: '8:acs:own' } } };
    const token = `token of ${decodeURIComponent(path.split('/')[2] ?? '')}`;
    return { body: { token, expiresOn: '2026-01-15T09:30:00Z' } };
  };
  const call = (key: string, headers: Record<string, string>) =>
    rig({ acs }).http(chat, { key, body: { from: SENDER }, headers });

  test('is the client itself, under an identity of its own', async () => {
    expect(await call(KEYS.shop, {})).toMatchObject({ body: { token: 'token of 8:acs:own' } });
  });

  test('is the acting user, where the client may act as others', async () => {
    expect(await call(KEYS.office, { 'acting-user': USER })).toMatchObject({ body: { token: `token of ${USER}` } });
  });

  test('is nobody, where it may not', async () => {
    expect(await call(KEYS.shop, { 'acting-user': USER })).toMatchObject({
      ...forbidden,
      body: { error: { target: 'acting-user' } },
    });
  });

  test.each(['..', '.', 'x'.repeat(513)])('cannot be %s', async (user) => {
    expect(await call(KEYS.office, { 'acting-user': user })).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest', target: 'acting-user' } },
    });
  });

  test('is the actor of a queue message in the same way', async () => {
    const { deliver, storage } = rig({ acs });
    const body = { from: SENDER };
    const actors = [{ client: 'shop' }, { client: 'office', actingUser: USER }, { actingUser: USER }];
    for (const [index, actor] of [...actors, { client: 'shop', actingUser: USER }].entries()) {
      await deliver(chat, { ...actor, id: `m${index}`, params: { name: 'Anna' }, body });
    }
    expect(storage.messages('outcomes')).toMatchObject([
      { data: { token: 'token of 8:acs:own' } },
      { data: { token: `token of ${USER}` } },
      { data: { token: `token of ${USER}` } },
      { httpstatus: 403 },
    ]);
  });
});
