import { describe, expect, test } from 'vitest';
import { SwitchboardClient } from '../../../../shared/client/client.ts';
import { OPERATIONS } from '../../../../shared/client/operations.ts';
import type { Call } from '../../../../shared/docs/page/copies/call.ts';
import { callOf } from '../../../../shared/docs/page/copies/callOf.ts';
import { asPython } from '../../../../shared/docs/page/copies/python.ts';
import { asCommand, asCurl, shellWord } from '../../../../shared/docs/page/copies/shell.ts';
import { asTypeScript } from '../../../../shared/docs/page/copies/typescript.ts';

const CALL: Call = {
  operationId: 'sendSms',
  method: 'POST',
  target: '/sms?api-version=2024-03-15',
  pathValues: [],
  query: {},
  headers: { 'content-type': 'application/json' },
  body: '{"message":"it’s"}',
};

test.each([
  ['/sms', '/sms'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", String.raw`'it'\''s'`],
  ['$HOME `x` "!"', '\'$HOME `x` "!"\''],
  ['=ls', "'=ls'"], // zsh would replace it
  ['~', "'~'"],
])('the shell reads %j from %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

describe('npm run call', () => {
  test('leaves out what it sends by itself', () => {
    expect(asCommand(CALL)).toBe(`npm run call -- POST '/sms?api-version=2024-03-15' '{"message":"it’s"}'`);
    const patch = { ...CALL, method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' } };
    expect(asCommand(patch)).not.toContain('--header');
    expect(asCommand({ ...patch, headers: CALL.headers })).toContain("--header 'content-type: application/json'");
  });

  test('a body that looks like the name of a file comes from the standard input', () => {
    expect(asCommand({ ...CALL, body: "@it's", headers: {} })).toBe(
      String.raw`printf %s '@it'\''s' | npm run call -- POST '/sms?api-version=2024-03-15' @-`,
    );
  });
});

test('no code for a shell uses a variable that means something to zsh', () => {
  // https://zsh.sourceforge.io/Doc/Release/Parameters.html
  expect(asCurl(CALL).match(/^(?:path|status|cdpath|fpath|manpath|prompt|options|argv|pipestatus)=/gm)).toBeNull();
  expect(asCurl(CALL)).not.toMatch(/^\s*#/m);
});

describe('the typed client', () => {
  const client = new SwitchboardClient('endpoint=http://127.0.0.1:1;accesskey=YQ==');

  test.each(Object.keys(OPERATIONS))('has a method for %s', (operationId) => {
    const [, method = ''] = /client\.([\w.]+)\(/.exec(asTypeScript({ ...CALL, operationId, body: '{}' })) ?? [];
    const found = method.split('.').reduce((it: object, name) => Reflect.get(it, name) as object, client);
    expect(typeof found).toBe('function');
  });

  test.each<[Partial<Call>, string]>([
    [{}, "client.sms.send({ message: 'it’s' })"],
    [{ headers: { 'idempotency-key': "a'b" } }, String.raw`send({ message: 'it’s' }, { idempotencyKey: 'a\'b' })`],
    [{ body: String.raw`{"message":"\"\\\n'"}` }, String.raw`send({ message: '"\\\n\'' })`],
    [{ body: '{"__proto__":1,"a-b":null,"c":[]}' }, "send({ ['__proto__']: 1, 'a-b': null, c: [] })"],
    [{ operationId: 'deleteIdentity', pathValues: ["8:acs:'"], body: undefined }, String.raw`delete('8:acs:\'')`],
    [{ operationId: 'listSmsBatches', query: { maxPageSize: 2 }, body: undefined }, 'list({ maxPageSize: 2 }))'],
    [
      {
        ...{ operationId: 'listChatThreads', body: undefined, headers: { 'acting-user': '8:acs:anna' } },
      },
      "listThreads(undefined, { actingUser: '8:acs:anna' })",
    ],
    [
      { operationId: 'createIdentity', body: undefined, headers: { 'idempotency-key': 'a' } },
      "create(undefined, { idempotencyKey: 'a' })",
    ],
    [
      { operationId: 'cancelSmsBatch', pathValues: ['b1'], body: undefined, headers: { 'idempotency-key': 'a' } },
      "cancel('b1', { idempotencyKey: 'a' })",
    ],
    [{ operationId: 'submitSmsBatch', query: { dryRun: true } }, "batches.dryRun({ message: 'it’s' })"],
    [
      { operationId: 'submitSmsBatch', query: { from: '+1' }, headers: { 'content-type': 'text/csv' }, body: 'to\n+1' },
      String.raw`batches.submit({ from: '+1', csv: 'to\n+1' })`,
    ],
  ])('%j: %s', (more, code) => {
    expect(asTypeScript({ ...CALL, ...more })).toContain(code);
  });

  test('does not take a body that is not JSON', () => {
    expect(asTypeScript({ ...CALL, body: '{' })).toBe('// The typed client sends JSON: correct the body first.\n');
  });
});

test('Python keeps the lines of a body, and each of its characters', () => {
  expect(asPython({ ...CALL, body: '{\n"a": "\\n \\" """ \r"\n"' })).toContain(
    ['body = """{', String.raw`"a": "\\n \\" \"\"\" \r"`, String.raw`\"""".encode()`].join('\n'),
  );
});

test('no code has anything but the name of the variable with the key', () => {
  for (const write of [asCommand, asCurl, asPython, asTypeScript]) expect(write(CALL)).not.toMatch(/accesskey=[^/]/);
});

test('a call is taken from the request that the page would send', () => {
  const document = {
    paths: {
      '/chat/threads/{chatThreadId}/messages': {
        get: { operationId: 'listChatMessages', parameters: [{ name: 'maxPageSize', schema: { type: 'integer' } }] },
      },
    },
    components: { parameters: {} },
  };
  const request = {
    url: 'https://gateway.example/acs/chat/threads/19%3Aa%20b/messages?maxPageSize=2&api-version=2024-03-15&startTime=2026',
    method: 'GET',
    headers: { accept: 'application/json', 'Acting-User': ' 8:acs:anna ', 'x-empty': '' },
  };
  const operation = {
    document,
    base: 'https://gateway.example/acs',
    path: '/chat/threads/{chatThreadId}/messages',
    method: 'get',
  };
  expect(callOf(request, operation)).toEqual({
    operationId: 'listChatMessages',
    method: 'GET',
    target: '/chat/threads/19%3Aa%20b/messages?maxPageSize=2&api-version=2024-03-15&startTime=2026',
    pathValues: ['19:a b'],
    query: { maxPageSize: 2, startTime: '2026' },
    headers: { 'acting-user': '8:acs:anna' },
    body: undefined,
  });
});
