import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSPECTION_ROUTES } from '../../../../infra/local/acs-emulator/inspection/inspectionRoutes.ts';
import { ROUTES } from '../../../../infra/local/acs-emulator/routes.ts';
import { escapeToken, type JsonObject, type OpenApi, resolved, schemaChecker } from '../../../setup/openApi.ts';
import { createUser, type Rig, SEND_EMAIL, SMS, startRig, THREADS, threadPath } from './harness.ts';

let rig: Rig;
let document: OpenApi;
let problems: (pointer: string, value: unknown) => string[];

beforeAll(async () => {
  rig = await startRig({ events: async () => undefined });
  document = (await rig.call('GET', '/_emulator/openapi.json', { key: null })).body;
  problems = schemaChecker(document);
});

afterAll(() => rig.close());

interface Described {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, JsonObject>> }>>;
}

const pathOf = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

function operation(method: string, path: string): Described {
  const found = document.paths[pathOf(path)]?.[method.toLowerCase()];
  if (!found) throw new Error(`${method} ${path} is not described.`);
  return found as unknown as Described;
}

const pointer = (method: string, path: string, ...rest: readonly string[]) =>
  ['paths', pathOf(path), method.toLowerCase(), ...rest].map((it) => `/${escapeToken(it)}`).join('');

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('it has every call below /_emulator, and nothing else', () => {
  const served = ROUTES.filter(({ path }) => path.startsWith('/_emulator') && !path.startsWith('/_emulator/page/'));
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.length).toBeGreaterThan(30);
  expect(new Set(described)).toEqual(new Set(served.map(({ method, path }) => `${method} ${pathOf(path)}`)));
});

test('it names the address at which it was read', () => {
  expect(document['servers']).toEqual([{ url: rig.emulator.url }]);
});

const CALLS = INSPECTION_ROUTES.map(({ method, path, description }) => ({ method, path, description }));

describe.each(CALLS)('$method $path', ({ method, path, description }) => {
  test('has a summary, a known tag, its parameters and its errors', () => {
    const { summary, tags, parameters, responses } = operation(method, path);
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/);
    expect(JSON.stringify(document['tags'])).toContain(`"name":"${tags.join()}"`);
    const all = parameters.map((it) => resolved(document, it) as { name: string; in: string });
    const inPath = all.filter((it) => it.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
    expect(all.map(({ name }) => name)).toContain('mailbox');
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '403', '404']));
  });

  test('refuses the query parameters that it does not describe', async () => {
    const { parameters } = operation(method, path);
    const names = parameters.map((it) => (resolved(document, it) as { name: string }).name);
    const query = {
      ...Object.fromEntries(Object.keys(description.query.shape).map((name) => [name, '1'])),
      mailbox: '',
    };
    expect(new Set(names.filter((name) => !path.includes(`:${name}`)))).toEqual(new Set(Object.keys(query)));
    const target = path.replaceAll(/:\w+/g, 'x');
    const answer = await rig.call(method, `${target}?nameless=1`, {
      key: null,
      body: method === 'GET' ? undefined : {},
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { target: 'nameless' } } });
  });

  test.runIf(description.body)('has an example of its body, and refuses what the description refuses', async () => {
    const { requestBody } = operation(method, path);
    const example = requestBody?.content['application/json']?.example;
    expect(example).toBeDefined();
    const schema = pointer(method, path, 'requestBody', 'content', 'application/json', 'schema');
    expect(problems(schema, example)).toEqual([]);
    expect(description.body?.safeParse(example).success).toBe(true);
    for (const wrong of [...misfits(example), 1, 'text', [null]]) {
      expect({ wrong, refused: problems(schema, wrong).length > 0 }).toEqual({ wrong, refused: true });
      expect({ wrong, refused: description.body?.safeParse(wrong).success === false }).toEqual({
        wrong,
        refused: true,
      });
    }
  });

  test('has examples that fit its answers', () => {
    for (const [status, { content = {} }] of Object.entries(operation(method, path).responses)) {
      const { example } = content['application/json'] ?? {};
      const schema = pointer(method, path, 'responses', status, 'content', 'application/json', 'schema');
      if (example !== undefined) expect(problems(schema, example)).toEqual([]);
      if (Number(status) >= 400) expect(example).toBeDefined();
    }
  });
});

/** An example with an unknown member, and with a member of a wrong type. */
function misfits(example: unknown): unknown[] {
  if (Array.isArray(example)) return misfits(example[0]).map((it) => [it]);
  const members = Object.entries(Object(example));
  return [
    { ...Object(example), nameless: 1 },
    ...members.map(([name]) => ({ ...Object(example), [name]: { nameless: true } })),
  ];
}

async function fill(): Promise<void> {
  const user = await createUser(rig);
  const sms = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Your code is 123456.' };
  await rig.call('POST', SMS, { body: sms });
  const email = {
    senderAddress: 'news@contoso.com',
    content: { subject: 'Subject', plainText: 'Text' },
    recipients: { to: [{ address: 'someone@example.com' }] },
  };
  await rig.call('POST', SEND_EMAIL, { body: email });
  const { body } = await rig.call('POST', THREADS, { token: user.token, body: { topic: 'Topic' } });
  const path = threadPath(body.chatThread.id, '/messages');
  await rig.call('POST', path, { token: user.token, body: { content: 'Hello' } });
  const quotas = { sms: { tollFree: 5, shortCode: 1 }, email: { custom: { sendsPerHour: 2 } } };
  await rig.call('PUT', '/_emulator/quotas', { key: null, body: quotas });
  await rig.call('POST', SMS, { body: sms });
  await rig.call('PUT', '/_emulator/faults', { key: null, body: [{ operation: 'sendEmail', status: 'reset' }] });
}

test('answers are as described', async () => {
  await fill();
  const calls = INSPECTION_ROUTES.filter(
    ({ method, path, description }) => method === 'GET' && !path.includes(':') && description.response,
  );
  expect(calls.length).toBeGreaterThan(15);
  for (const { path } of calls) {
    const query = /latest|wait$/.test(path) ? '?channel=request' : '';
    const answer = await rig.call('GET', path + query, { key: null });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    const schema = pointer('GET', path, 'responses', '200', 'content', 'application/json', 'schema');
    expect({ path, problems: problems(schema, answer.body) }).toEqual({ path, problems: [] });
  }
  expect((await rig.call('GET', '/_emulator/quotas/usage', { key: null })).body.value.length).toBe(3);
});

test('each item is as described', async () => {
  const { body } = await rig.call('GET', '/_emulator/items?top=1000', { key: null });
  const requests = await rig.call('GET', '/_emulator/items?channel=request', { key: null });
  const schema = pointer('GET', '/_emulator/latest', 'responses', '200', 'content', 'application/json', 'schema');
  for (const { channel, id } of [...body.value, ...requests.body.value]) {
    const item = await rig.call('GET', `/_emulator/items/${channel}/${encodeURIComponent(id)}`, { key: null });
    expect({ id, problems: problems(schema, item.body) }).toEqual({ id, problems: [] });
  }
});
