import { describe, expect, test } from 'vitest';
import { tokenAt } from '../../setup/credentials.ts';
import { greeting, KEYS, NOW, ORIGIN, rig } from './fixtures.ts';

const BODY = { from: '+18005550100' };
const QUERY = '?api-version=2024-03-15';
const TOKEN = tokenAt(NOW);
const USER = '8:acs:11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';
const denied = { status: 401, headers: { 'x-ms-error-code': 'Denied' }, body: { error: { code: 'Denied' } } };

describe('a signature', () => {
  const call = (sent: object) => rig().http(greeting(), { body: BODY, ...sent });

  test.each([KEYS.shop, KEYS.office, KEYS.second])('with a key of a client opens', async (key) => {
    expect(await call({ key })).toMatchObject({ status: 200 });
  });

  test.each([
    ['nobody’s', { key: Buffer.from('nobody’s key').toString('base64') }],
    ['absent', { key: null }],
    ['for another path', { signedUrl: `${ORIGIN}/greetings/Ben${QUERY}` }],
    ['for another query', { signedUrl: `${ORIGIN}/greetings/Anna${QUERY}&loud=yes` }],
    ['for another host', { signedUrl: `https://other.example/greetings/Anna${QUERY}` }],
    ['for another body', { headers: { 'x-ms-content-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' } }],
    ['too old', { headers: { 'x-ms-date': 'Thu, 15 Jan 2026 08:20:00 GMT' } }],
    ['of another scheme', { key: null, headers: { authorization: 'Basic YTpi' } }],
  ])('%s does not', async (_, sent) => {
    const answer = await call({ target: `/greetings/Anna${QUERY}`, ...sent });
    expect(answer).toMatchObject(denied);
    expect(Object.values(answer.headers).join()).not.toContain('Signature=');
  });

  test('opens nothing while there are no clients', async () => {
    const { http } = rig({ variables: { CLIENTS: '[]' } });
    expect(await http(greeting(), { body: BODY })).toMatchObject(denied);
    const chat = greeting(undefined, { actsAsUser: true });
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await http(chat, { body: BODY, key: null, headers })).toMatchObject(denied);
  });
});

describe('the path, whose encoding the host has undone', () => {
  const decoded = `/greetings/${USER}${QUERY}`;
  const encoded = `/greetings/${encodeURIComponent(USER)}${QUERY}`;
  const call = (signed: string, headers: Record<string, string> = {}) =>
    rig().http(greeting(), { target: decoded, signedUrl: ORIGIN + signed, body: BODY, headers });

  test('may have been signed with or without escapes, in either letter case', async () => {
    for (const signed of [decoded, encoded, encoded.replaceAll('%3A', '%3a'), encoded.replace('%3A', ':')]) {
      const expected = signed.includes('8:acs%3A') ? denied : { status: 200 }; // one character, spelled in two ways
      expect(await call(signed)).toMatchObject(expected);
      expect(await call(signed, { 'x-waws-unencoded-url': signed })).toMatchObject({ status: 200 });
    }
  });

  test('is what the platform says that was sent', async () => {
    const odd = encoded.replace('8%3A', '%38%3a'); // an escaped digit: a spelling that is not tried otherwise
    expect(await call(odd)).toMatchObject(denied);
    expect(await call(odd, { 'x-waws-unencoded-url': odd })).toMatchObject({ status: 200 });
  });

  test.each(['/greetings/Ben', '/greetings/../greetings/Ben', '/greetings/%', '/greetings', '/greetings/Anna/x'])(
    'is not another one, whatever a header says: %s',
    async (other) => {
      const signed = {
        signedUrl: `${ORIGIN}${other}${QUERY}`,
        headers: { 'x-waws-unencoded-url': `${other}${QUERY}` },
      };
      const answer = await rig().http(greeting(), { target: `/greetings/Anna${QUERY}`, body: BODY, ...signed });
      expect(answer).toMatchObject(denied);
    },
  );

  test('does not let a header hide a slash', async () => {
    const headers = { 'x-waws-unencoded-url': `/greetings%2FAnna${QUERY}` };
    const signedUrl = `${ORIGIN}/greetings%2FAnna${QUERY}`;
    const answer = await rig().http(greeting(), { target: `/greetings/Anna${QUERY}`, body: BODY, headers, signedUrl });
    expect(answer).toMatchObject(denied);
  });

  test('keeps its own query when a header brings another', async () => {
    const headers = { 'x-waws-unencoded-url': `/greetings/Anna${QUERY}&loud=yes` };
    const signedUrl = `${ORIGIN}/greetings/Anna${QUERY}&loud=yes`;
    const answer = await rig().http(greeting(), { target: `/greetings/Anna${QUERY}`, body: BODY, headers, signedUrl });
    expect(answer).toMatchObject(denied);
  });
});

describe('the signed host', () => {
  const call = (url: string, headers: Record<string, string>, variables = {}) =>
    rig({ variables }).http(greeting(), {
      ...{ target: `/greetings/Anna${QUERY}`, signedUrl: `${url}/greetings/Anna${QUERY}` },
      ...{ body: BODY, headers },
    });

  test('is that of PUBLIC_URL, whatever a gateway has put into its place', async () => {
    const variables = { PUBLIC_URL: 'https://custom.example' };
    for (const headers of [
      { host: 'custom.example' },
      { host: 'switchboard.example', 'disguised-host': 'switchboard.example' },
      { host: 'gateway.internal' },
    ]) {
      expect(await call('https://custom.example', headers, variables)).toMatchObject({ status: 200 });
    }
  });

  test.each([{ host: 'custom.example' }, { host: 'switchboard.example', 'disguised-host': 'custom.example' }])(
    'is none that only the caller names: %j',
    async (headers) => {
      expect(await call('https://custom.example', headers)).toMatchObject(denied);
    },
  );

  test('that is not ours is explained', async () => {
    const { body } = await rig().http(greeting(), {
      target: `/greetings/Anna${QUERY}`,
      origin: 'https://custom.example',
      body: BODY,
    });
    expect(JSON.stringify(body)).toMatch(/signature differs.*PUBLIC_URL must be the address that callers use/);
    expect(JSON.stringify(body)).not.toContain('custom.example');
  });
});

describe('the acting user', () => {
  const chat = greeting(async () => ({}), { actsAsUser: true });

  test('must be signed', async () => {
    const sent = { key: KEYS.office, body: BODY, headers: { 'acting-user': USER } };
    expect(await rig().http(chat, sent)).toMatchObject({ status: 200 });
    const unsigned = await rig().http(chat, { ...sent, signedHeaders: {} });
    expect(unsigned).toMatchObject({ ...denied, body: { error: { target: 'acting-user' } } });
    expect(JSON.stringify(unsigned.body)).toMatch(/must be signed: add ';acting-user' to SignedHeaders/);
  });

  test('is the one that was signed', async () => {
    const headers = { 'acting-user': '8:acs:other' };
    const sent = { key: KEYS.office, body: BODY, signedHeaders: { 'acting-user': USER }, headers };
    expect(await rig().http(chat, sent)).toMatchObject(denied);
  });
});

describe('x-ms-client-name', () => {
  const call = (name: string, key = KEYS.office) =>
    rig().http(greeting(), { key, body: BODY, headers: { 'x-ms-client-name': name } });

  test('selects the client whose keys are tried', async () => {
    expect(await call('office')).toMatchObject({ status: 200 });
    expect(await call('office', KEYS.second)).toMatchObject({ status: 200 });
    for (const other of ['shop', 'desk']) expect(await call(other)).toMatchObject(denied);
  });

  test('of no client is answered like a wrong key', async () => {
    const [unknown, known] = [await call('nobody'), await call('shop')];
    expect(unknown.body).toEqual(known.body);
    expect(unknown.status).toBe(401);
  });
});

describe('a user token', () => {
  const chat = greeting(async (_, context) => ({ token: await context.asUser(async (token) => token) }), {
    actsAsUser: true,
  });
  const call = (authorization: string, operation = chat) =>
    rig().http(operation, { body: BODY, key: null, headers: { authorization } });

  test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `Bearer   ${TOKEN}`])(
    'is passed on as it came: %j',
    async (header) => {
      expect(await call(header)).toMatchObject({ status: 200, body: { token: TOKEN } });
    },
  );

  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearereyj', `Bearer ${TOKEN} x`, `Bearer${TOKEN}`])(
    'is not %j',
    async (header) => {
      expect(await call(header)).toMatchObject(denied);
    },
  );

  test('opens nothing where user tokens are turned off', async () => {
    const { http } = rig({ variables: { USER_TOKENS: 'off' } });
    const answer = await http(chat, { body: BODY, key: null, headers: { authorization: `Bearer ${TOKEN}` } });
    expect(answer).toMatchObject(denied);
    expect(JSON.stringify(answer.body)).toContain('USER_TOKENS');
    expect(await http(chat, { body: BODY })).not.toMatchObject({ status: 401 }); // a client may still sign
  });

  test('does not open what acts as nobody', async () => {
    expect(await call(`Bearer ${TOKEN}`, greeting())).toMatchObject(denied);
  });

  test('needs no right to act as others: it is that user', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'acting-user': USER };
    expect(await rig().http(chat, { body: BODY, key: null, headers })).toMatchObject({ body: { token: TOKEN } });
  });
});
