import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { runProgram } from '../setup/processes.ts';
import { connectionOf, signatureOf, TEST_CLIENTS } from '../setup/switchboard.ts';

const { switchboard, client = '' } = inject('stack');

const folder = mkdtempSync(join(tmpdir(), 'switchboard-sign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BODY = '{"topic":"Lunch"}';
const TARGET = '/chat/threads?api-version=2024-03-15';

/** Writes a client's request to a file, optionally with a changed body. */
function requestFile(name: keyof typeof TEST_CLIENTS, body = BODY): string {
  const headers = signatureOf(connectionOf(switchboard, name), 'POST', switchboard + TARGET, { body: BODY });
  const lines = Object.entries({ host: new URL(switchboard).host, ...headers }).map((it) => it.join(': '));
  const file = join(folder, `${name}.http`);
  writeFileSync(file, [`POST ${TARGET} HTTP/1.1`, ...lines, '', body, ''].join('\n'));
  return file;
}

function doctor(...args: string[]) {
  return runProgram('infra/operator/doctor.ts', ['sign', ...args], { cwd: folder });
}

test('exits with 0 for a correct signature', async () => {
  const { code, output } = await doctor(requestFile('everything'), '--connection', client);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^The signature is correct/) });
});

test('exits with 1 for a body that was changed in transit', async () => {
  const { code, output } = await doctor(
    requestFile('everything', '{ "topic": "Lunch" }'),
    '--connection',
    client,
    '--json',
  );
  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({ part: 'body', theirSignature: expect.stringMatching(/=$/) });
});

test('the settings show whose key it was', async () => {
  const settings = join(folder, 'settings.json');
  const clients = [TEST_CLIENTS.everything, TEST_CLIENTS.plain];
  const ACS_CONNECTION_STRING = `endpoint=https://contoso.communication.azure.com/;accesskey=${Buffer.from('of acs').toString('base64')}`;
  writeFileSync(
    settings,
    JSON.stringify({ CLIENTS: JSON.stringify(clients), ACS_CONNECTION_STRING, AzureWebJobsStorage: 'x' }),
  );
  const file = requestFile('plain');
  expect(await doctor(file, '--settings', settings)).toMatchObject({ code: 0 });
  const { code, output } = await doctor(file, '--settings', settings, '--client', 'everything');
  expect(code).toBe(1);
  expect(output).toMatch(/^The request was signed with a key of the client 'plain'\./);
});

test.each([
  ['no file', [], /request file is missing/],
  ['no key', ['FILE', '--settings', 'FILE.none'], /ENOENT/],
  ['an unknown client', ['FILE', '--client', 'unknown', '--connection', client], /no client 'unknown'/],
])('%s exits with 2', async (_what, args, line) => {
  const file = requestFile('plain');
  const { code, output, log } = await doctor(...args.map((it) => it.replace('FILE', file)));
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(log).toMatch(line);
});
