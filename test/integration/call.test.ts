import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { createChatUser, smsTo } from '../setup/emulator.ts';
import { SENDER, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { closedPort } from '../setup/processes.ts';

const { client = '', acs, acsConnectionString } = inject('stack');

const folder = mkdtempSync(join(tmpdir(), 'switchboard-call-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface CallOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `npm run call -- <args>`, in a folder where nothing runs. */
async function runCall(args: readonly string[], { input = '', environment = {}, cwd = folder }: CallOptions = {}) {
  const program = ['--disable-warning=ExperimentalWarning', resolve('infra/local/call.ts')];
  const child = spawn(process.execPath, [...program, ...args], { cwd, env: { ...process.env, ...environment } });
  child.stdin.end(input);
  const code = new Promise<number | null>((done) => {
    child.once('close', done);
  });
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output, log };
}

const there = ['--connection', client];
const key = 'a2V5LWtleS1rZXk=';
const nowhere = `endpoint=http://127.0.0.1:${await closedPort()}/;accesskey=${key}`;

const sms = (to: string) => JSON.stringify({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });

describe('a call that succeeds ends with 0', () => {
  test('the answer goes to the standard output, status and headers beside it', async () => {
    const { code, output, log } = await runCall(['post', '/identities', ...there]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ identity: { id: expect.stringMatching(/^8:acs:/) } });
    expect(log).toMatch(/^201 Created\nx-ms-request-id: [0-9a-f-]{36}\n$/);
  });

  test.each(['argument', 'file', 'standard input'])('a body from the %s', async (source) => {
    const to = uniquePhone();
    const file = join(folder, `${to}.json`);
    writeFileSync(file, sms(to));
    const body = source === 'argument' ? sms(to) : source === 'file' ? `@${file}` : '@-';
    expect((await runCall(['POST', '/sms', body, ...there], { input: sms(to) })).code).toBe(0);
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('more headers', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const args = ['POST', '/chat/threads', JSON.stringify({ topic: uniqueTopic() }), '--header', `acting-user: ${id}`];
    const { code, output } = await runCall([...args, ...there]);
    expect(code).toBe(0);
    expect(output).toContain(`"communicationUserId": "${id}"`);
  });

  test('the connection of the environment', async () => {
    const environment = { SWITCHBOARD_CONNECTION_STRING: client };
    expect((await runCall(['GET', '/chat/threads?maxPageSize=1'], { environment })).code).toBe(0);
  });

  test('the connection of the npm start that runs in the folder', async () => {
    const cwd = join(folder, 'project');
    mkdirSync(join(cwd, '.local'), { recursive: true });
    writeFileSync(join(cwd, '.local', 'start.json'), JSON.stringify({ client }));
    expect((await runCall(['GET', '/chat/threads'], { cwd })).code).toBe(0);
  });
});

describe('a call that is refused ends with 1', () => {
  test('the error goes to the standard output, its code beside it', async () => {
    const { code, output, log } = await runCall(['POST', '/sms', '{"from": ', ...there]);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: 'InvalidJson' } });
    expect(log).toContain('400 Bad Request\nx-ms-error-code: InvalidJson\n');
  });

  test('an unknown path is named as one', async () => {
    const { code, output, log } = await runCall(['GET', '/nothing', ...there]);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: 'NotFound' } });
    expect(log).toContain('404 Not Found\nx-ms-error-code: NotFound\n');
  });
});

describe('a call that cannot be made ends with 2', () => {
  test.each([
    [
      'nobody listens',
      ['GET', '/sms', '--connection', nowhere],
      /cannot be reached \(ECONNREFUSED\)\. Does 'npm start' run\?/,
    ],
    ['nothing is known', ['GET', '/sms'], /run 'npm start' in another terminal, or give --connection/],
    ['no connection string', ['GET', '/sms', '--connection', 'contoso.com'], /must read endpoint=/],
    ['no path', ['GET', 'sms', ...there], /must begin with a slash/],
    ['no header', ['GET', '/sms', '--header', 'acting-user', ...there], /--header must read/],
    ['no file', ['POST', '/sms', '@not-there.json', ...there], /not-there\.json/],
    ['no option', ['GET', '/sms', '--verbose'], /--verbose/],
  ])('%s', async (_what, args, line) => {
    const { code, output, log } = await runCall(args);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(log.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
    expect(log).not.toContain(key);
  });

  test('without a method and a path it says how', async () => {
    const { code, output } = await runCall([]);
    expect(code).toBe(2);
    expect(output).toContain('npm run call -- <METHOD> <path>');
  });
});

test('--help ends with 0', async () => {
  const { code, output, log } = await runCall(['--help']);
  expect({ code, log }).toEqual({ code: 0, log: '' });
  expect(output).toContain('npm run call -- <METHOD> <path>');
});
