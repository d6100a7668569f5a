import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildExports } from '../../infra/toolchain/npmPackage.ts';
import type { ApiDocument } from '../../shared/docs/page/apiDocument.ts';
import type { Call } from '../../shared/docs/page/copies/call.ts';
import { callOf } from '../../shared/docs/page/copies/callOf.ts';
import { asPython } from '../../shared/docs/page/copies/python.ts';
import { asCommand, asCurl } from '../../shared/docs/page/copies/shell.ts';
import { asTypeScript } from '../../shared/docs/page/copies/typescript.ts';
import { createChatUser, identityIds, smsTo, threadsAbout } from '../setup/emulator.ts';
import { SENDER, uniquePhone, uniqueTopic } from '../setup/names.ts';

// The code that /docs offers to copy, run as it is.

const { switchboard, acs, acsConnectionString, client = '' } = inject('stack');
const directory = mkdtempSync(join(tmpdir(), 'switchboard-copies-'));
let document: ApiDocument;

beforeAll(async () => {
  document = (await (await fetch(`${switchboard}/openapi.json`)).json()) as ApiDocument;
  const installed = join(directory, 'node_modules/acs-switchboard');
  mkdirSync(installed, { recursive: true });
  cpSync('package.json', join(installed, 'package.json'));
  await buildExports(join(installed, 'dist'));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Request {
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function callTo({ path, method, url, headers = {}, body }: Request): Call {
  const contentType = method === 'patch' ? 'application/merge-patch+json' : 'application/json';
  const sent = { ...(body === undefined ? {} : { 'Content-Type': contentType }), ...headers };
  const query = `${url.includes('?') ? '&' : '?'}api-version=2024-03-15`;
  const request = { url: `${switchboard}${url}${query}`, method, headers: sent, body };
  return callOf(request, { document, base: switchboard, path, method });
}

let files = 0;
function written(extension: string, code: string): string {
  files += 1;
  const file = join(directory, `copy${files}.${extension}`);
  writeFileSync(file, code);
  return file;
}

type Command = readonly [program: string, ...args: string[]];

const isInstalled = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

const inShell =
  (shell: string, write: (call: Call) => string) =>
  (call: Call): Command => [shell, '-c', write(call)];

// Contributors may have no Python and no zsh; curl and openssl are everywhere else, too.
const COPIES: readonly (readonly [string, (call: Call) => Command])[] = [
  ['npm run call', inShell('sh', asCommand)],
  ...['sh', 'bash', 'zsh']
    .filter((it) => isInstalled(it, '-c', 'true'))
    .map((shell) => [`curl in ${shell}`, inShell(shell, asCurl)] as const),
  [
    'TypeScript',
    (call) => [process.execPath, '--disable-warning=ExperimentalWarning', written('ts', asTypeScript(call))],
  ],
  ...(isInstalled('python3', '--version')
    ? [['Python', (call: Call): Command => ['python3', written('py', asPython(call))]] as const]
    : []),
];

/** Runs a copy. @returns what it prints; a refused request is an error, also where the program does not end with one */
async function run([program, ...args]: Command): Promise<string> {
  const env = { ...process.env, SWITCHBOARD_CONNECTION_STRING: client };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done, reject) => {
    child.once('close', done);
    child.once('error', reject);
  });
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const explained = `${output}\n${log}`;
  expect(await ended, explained).toBe(0);
  expect(explained).not.toMatch(/^(?:HTTP\/[\d.]+ )?[45]\d\d /m);
  return output;
}

describe.each(COPIES)('%s', (_, commandOf) => {
  const send = (request: Request) => run(commandOf(callTo(request)));

  test('sends a body with quotes, dollars, lines and characters outside ASCII', async () => {
    const to = uniquePhone();
    const message = `it's "quoted" \\ $HOME \`x\` !important %s 100% Grüße 👋\nsecond line`;
    const body = JSON.stringify({ from: SENDER, smsRecipients: [{ to }], message }, undefined, 2);
    const headers = { 'Idempotency-Key': `it's-"${to}";$x` };
    await send({ path: '/sms', method: 'post', url: '/sms', headers, body });
    await send({ path: '/sms', method: 'post', url: '/sms', headers, body });
    expect((await smsTo(acs, to)).map((it) => it.message)).toEqual([message]);
  });

  test('sends a query, and a header with spaces', async () => {
    const headers = { 'x-note': `two words, "it's"`, 'x-ms-client-request-id': randomUUID() };
    await send({
      ...{ path: '/sms/optouts', method: 'get', url: `/sms/optouts?from=${encodeURIComponent(SENDER)}&maxPageSize=2` },
      headers,
    });
  });

  test('acts as a user: POST, PATCH and DELETE', async () => {
    const user = await createChatUser(acsConnectionString);
    const headers = { 'acting-user': user.id };
    const [topic, changed] = [uniqueTopic(), `it's ${uniqueTopic()} ✓`];
    const participants = [{ communicationIdentifier: { rawId: user.id, communicationUser: { id: user.id } } }];
    const body = JSON.stringify({ topic, participants });
    await send({ path: '/chat/threads', method: 'post', url: '/chat/threads', headers, body });
    const [{ id } = { id: '' }] = await threadsAbout(acs, topic);
    const thread = { path: '/chat/threads/{chatThreadId}', url: `/chat/threads/${encodeURIComponent(id)}`, headers };
    await send({ ...thread, method: 'patch', body: JSON.stringify({ topic: changed }) });
    expect((await threadsAbout(acs, changed)).map((it) => it.id)).toEqual([id]);
    await send({ ...thread, method: 'delete' });
    await send({ path: '/identities/{id}', method: 'delete', url: `/identities/${encodeURIComponent(user.id)}` });
    expect(await identityIds(acs)).not.toContain(user.id);
  });

  test('sends a change without a body', async () => {
    const before = new Set(await identityIds(acs));
    // Equal requests within a second would have one signature, which is accepted once.
    const headers = { 'x-ms-client-request-id': randomUUID() };
    const output = await send({ path: '/identities', method: 'post', url: '/identities', headers });
    const created = (await identityIds(acs)).filter((id) => !before.has(id));
    expect(created.some((id) => output.includes(id))).toBe(true);
  });
});
