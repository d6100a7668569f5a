import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { PRIMARY_KEY, rigForTest } from './acs-emulator/harness.ts';

const EMULATOR = join(import.meta.dirname, '../../../infra/local/emulator.ts');
const ANY_PORTS = ['--port', '0', '--tls-port', '0'];

/** The emulator keeps its certificate in the current folder. */
const folder = mkdtempSync(join(tmpdir(), 'switchboard-emulator-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(...flags: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', EMULATOR, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function run(...flags: string[]) {
  const child = start(...flags);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

/** The object that `--json` prints. */
async function announced(child: ReturnType<typeof start>) {
  const [line] = await once(createInterface(child.stdout as Readable), 'line');
  return JSON.parse(line);
}

test('announces its addresses and exits with 0 on SIGTERM', async () => {
  const child = start('--json', ...ANY_PORTS, '--access-key', PRIMARY_KEY);
  const { acs, acsTls, ca, acsConnectionString, acsTlsConnectionString } = await announced(child);
  expect(acsTlsConnectionString).toBe(`endpoint=${acsTls}/;accesskey=${PRIMARY_KEY}`);
  expect(acsConnectionString).toBe(`endpoint=${acs}/;accesskey=${PRIMARY_KEY}`);
  expect((await fetch(`${acs}/_emulator/health`)).status).toBe(200);
  const secure = get(`${acsTls}/_emulator/health`, { ca: readFileSync(ca) });
  expect((await once(secure, 'response'))[0]).toMatchObject({ statusCode: 200 });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('says without --json which connection strings, and which certificate, to give to an app', async () => {
  const child = start(...ANY_PORTS, '--access-key', PRIMARY_KEY);
  const lines = createInterface(child.stdout as Readable);
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (line.startsWith('Press Ctrl-C')) break;
  }
  const endpoints = [...text.matchAll(/endpoint=(https?:\/\/127\.0\.0\.1:\d+\/);accesskey=(\S+)/g)];
  expect(endpoints.map(([, endpoint, key]) => [new URL(endpoint ?? '').protocol, key])).toEqual([
    ['http:', PRIMARY_KEY],
    ['https:', PRIMARY_KEY],
  ]);
  const [, ca = ''] = /NODE_EXTRA_CA_CERTS=(.+)/.exec(text) ?? [];
  const secure = get(`${endpoints[1]?.[1]}_emulator/health`, { ca: readFileSync(ca) });
  expect((await once(secure, 'response'))[0]).toMatchObject({ statusCode: 200 });
});

test('hides the folder with its key from git', async () => {
  await announced(start('--json', ...ANY_PORTS));
  expect(existsSync(join(folder, '.local/certificate/localhost.key'))).toBe(true);
  expect(readFileSync(join(folder, '.local/.gitignore'), 'utf8')).toBe('*\n');
});

test('reads the event storage and delay', async () => {
  const storage = ['--events-storage', 'UseDevelopmentStorage=true', '--event-delay-seconds', '1.5'];
  const { acs } = await announced(start('--json', ...ANY_PORTS, ...storage));
  const response = await fetch(`${acs}/_emulator/events`);
  expect(await response.json()).toMatchObject({ enabled: true, delaySeconds: 1.5 });
});

test('a port in use is reported in one line with port and flag', async () => {
  const { emulator } = await rigForTest();
  const { port } = new URL(emulator.url);
  const { code, output } = await run('--port', port);
  expect(code).toBe(1);
  expect(output).toBe(`Port ${port} is in use: choose another with --port.\n`);
});

test.each([
  [['--help'], 0, '--access-key <base64>'],
  [['a', 'b', 'c'].flatMap((key) => ['--access-key', key]), 1, 'Give --access-key once or twice.'],
  [['--port', 'x'], 1, '--port must be a number'],
  [['--tls-port', '1.5'], 1, '--tls-port must be a whole number'],
  [['--event-delay-seconds', '1d'], 1, '--event-delay-seconds must be a number'],
  [['--access-key', 'not base64'], 1, 'An access key must be non-empty base64.'],
  [
    ['--allowed-host', 'devbox', '--allowed-host', 'a:80'],
    1,
    "--allowed-host must be a host name without port, not 'a:",
  ],
  [['--sender', 'My Shop', '--sender', 'my-shop'], 1, '--sender must be a phone number, a short code or'],
  [['--cert', 'a.pem'], 1, 'Give --cert and --key together.'],
  [['--cert', 'a.pem', '--key', 'a.key'], 1, "open 'a.pem'"],
  [['--colour'], 1, "Unknown option '--colour'"],
])('%j exits with %i', async (flags, code, text) => {
  const ended = await run(...flags);
  expect(ended.code).toBe(code);
  expect(ended.output).toContain(text);
});
