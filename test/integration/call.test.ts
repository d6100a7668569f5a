import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { submitted } from '../setup/batches.ts';
import { createChatUser, smsTo } from '../setup/emulator.ts';
import { recipientsOf, SENDER, uniquePhone, uniqueSender, uniqueTopic } from '../setup/names.ts';
import { closedPort } from '../setup/processes.ts';
import { connectionOf } from '../setup/switchboard.ts';

const { client = '', switchboard, acs, acsConnectionString } = inject('stack');

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

const connected = ['--connection', client];
const key = 'a2V5LWtleS1rZXk=';
const nowhere = `endpoint=http://127.0.0.1:${await closedPort()}/;accesskey=${key}`;

const sms = (to: string) => JSON.stringify({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });

describe('a successful call exits with 0', () => {
  test('the response is written to the standard output, status and headers to the standard error', async () => {
    const { code, output, log } = await runCall(['post', '/identities', ...connected]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ identity: { id: expect.stringMatching(/^8:acs:/) } });
    expect(log).toMatch(/^201 Created\nx-ms-request-id: [0-9a-f-]{36}\n$/);
  });

  test.each(['argument', 'file', 'standard input'])('reads the body from the %s', async (source) => {
    const to = uniquePhone();
    const file = join(folder, `${to}.json`);
    writeFileSync(file, sms(to));
    const body = source === 'argument' ? sms(to) : source === 'file' ? `@${file}` : '@-';
    expect((await runCall(['POST', '/sms', body, ...connected], { input: sms(to) })).code).toBe(0);
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('sends additional headers', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const args = ['POST', '/chat/threads', JSON.stringify({ topic: uniqueTopic() }), '--header', `acting-user: ${id}`];
    const { code, output } = await runCall([...args, ...connected]);
    expect(code).toBe(0);
    expect(output).toContain(`"communicationUserId": "${id}"`);
  });

  test('changes a chat thread and its participants', async () => {
    const run = async (...args: string[]) => {
      const { code, output, log } = await runCall([...args, ...connected]);
      expect(code, log).toBe(0);
      return { log, body: output === '' ? undefined : (JSON.parse(output) as { chatThread: { id: string } }) };
    };
    const made = await run('POST', '/chat/threads', JSON.stringify({ topic: uniqueTopic() }));
    const thread = `/chat/threads/${made.body?.chatThread.id}`;
    const { id: communicationUserId } = await createChatUser(acsConnectionString);
    const topic = uniqueTopic();
    expect((await run('PATCH', thread, JSON.stringify({ topic, metadata: { room: '5' } }))).log).toMatch(/^204 /);
    expect((await run('GET', thread)).body).toMatchObject({ topic, metadata: { room: '5' } });
    const participants = [{ communicationIdentifier: { communicationUserId }, displayName: 'Anna' }];
    expect((await run('POST', `${thread}/participants/:add`, JSON.stringify({ participants }))).body).toEqual({});
    const removed = await run('POST', `${thread}/participants/:remove`, JSON.stringify({ communicationUserId }));
    expect(removed).toMatchObject({ log: expect.stringMatching(/^204 /), body: undefined });
    expect((await run('DELETE', thread)).log).toMatch(/^204 /);
  });

  test('uses the connection string in the environment', async () => {
    const environment = { SWITCHBOARD_CONNECTION_STRING: client };
    expect((await runCall(['GET', '/chat/threads?maxPageSize=1'], { environment })).code).toBe(0);
  });

  test('uses the npm start that is running in the folder', async () => {
    const cwd = join(folder, 'project');
    mkdirSync(join(cwd, '.local'), { recursive: true });
    writeFileSync(join(cwd, '.local', 'start.json'), JSON.stringify({ client }));
    expect((await runCall(['GET', '/chat/threads'], { cwd })).code).toBe(0);
  });
});

describe('a refused call exits with 1', () => {
  test('the error is written to the standard output, its code to the standard error', async () => {
    const { code, output, log } = await runCall(['POST', '/sms', '{"from": ', ...connected]);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: 'InvalidJson' } });
    expect(log).toContain('400 Bad Request\nx-ms-error-code: InvalidJson\n');
  });

  test('an unknown path is reported', async () => {
    const { code, output, log } = await runCall(['GET', '/nothing', ...connected]);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: 'NotFound' } });
    expect(log).toContain('404 Not Found\nx-ms-error-code: NotFound\n');
  });
});

describe('a call that cannot be made exits with 2', () => {
  test.each([
    [
      'no process is listening',
      ['GET', '/sms', '--connection', nowhere],
      /cannot be reached at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Is 'npm start' running\?/,
    ],
    ['no connection is known', ['GET', '/sms'], /run 'npm start' in another terminal, or pass --connection/],
    ['no connection string', ['GET', '/sms', '--connection', 'contoso.com'], /must read endpoint=/],
    ['no path', ['GET', 'sms', ...connected], /must begin with a slash/],
    ['no header', ['GET', '/sms', '--header', 'acting-user', ...connected], /--header must read/],
    ['no file', ['POST', '/sms', '@not-there.json', ...connected], /not-there\.json/],
    ['an unknown option', ['GET', '/sms', '--verbose'], /^Unknown option '--verbose'\. See npm run call -- --help$/],
  ])('%s', async (_what, args, line) => {
    const { code, output, log } = await runCall(args);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(log.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
    expect(log).not.toContain(key);
  });

  test('without a method and a path it says so and prints the usage', async () => {
    const { code, output, log } = await runCall([]);
    expect(code).toBe(2);
    expect(log).toContain('Arguments are missing.');
    expect(output).toContain('npm run call -- <METHOD> <path>');
  });
});

test('shows the Link header of a page of results', async () => {
  const { id } = await submitted(connectionOf(switchboard), {
    from: uniqueSender(),
    message: 'Hello',
    recipients: recipientsOf(2),
  });
  const target = `/sms/batches/${id}/results?maxPageSize=1`;
  const { log } = await runCall(['GET', target, '--header', 'Accept: text/csv', ...connected]);
  expect(log).toMatch(/^link: <.+after=.+>; rel="next"$/m);
});
