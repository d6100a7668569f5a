import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PRIMARY_KEY, rigForTest } from './harness.ts';

const MAIN = join(import.meta.dirname, '../../../../infra/local/acs-emulator/main.ts');

function start(...flags: string[]) {
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
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

test('announces its addresses and exits with 0 on SIGTERM', async () => {
  const child = start('--access-key', PRIMARY_KEY);
  const [message] = await once(child, 'message');
  const { acs, connectionString } = message.ready;
  expect(connectionString).toBe(`endpoint=${acs}/;accesskey=${PRIMARY_KEY}`);
  expect((await fetch(`${acs}/_emulator/health`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('reads the event storage and delay', async () => {
  const storage = ['--events-storage', 'UseDevelopmentStorage=true', '--event-delay-seconds', '1.5'];
  const [message] = await once(start('--access-key', PRIMARY_KEY, ...storage), 'message');
  const response = await fetch(`${message.ready.acs}/_emulator/events`);
  expect(await response.json()).toMatchObject({ enabled: true, delaySeconds: 1.5 });
});

test('a port in use is reported in one line with port and flag', async () => {
  const { emulator } = await rigForTest();
  const { port } = new URL(emulator.url);
  const { code, output } = await run('--access-key', PRIMARY_KEY, '--port', port);
  expect(code).toBe(1);
  expect(output).toBe(`Port ${port} is in use: choose another with --port.\n`);
});

test.each([
  [['--help'], 0, '--access-key <base64>'],
  [[], 1, 'Give --access-key once or twice.'],
  [['--access-key', PRIMARY_KEY, '--port', 'x'], 1, '--port must be a number'],
  [['--access-key', PRIMARY_KEY, '--event-delay-seconds', '1d'], 1, '--event-delay-seconds must be a number'],
  [['--access-key', 'not base64'], 1, 'An access key must be non-empty base64.'],
  [['--access-key', PRIMARY_KEY, '--cert', 'a.pem'], 1, 'Give --cert and --key together.'],
])('%j exits with %i', async (flags, code, text) => {
  const ended = await run(...flags);
  expect(ended.code).toBe(code);
  expect(ended.output).toContain(text);
});
