import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { batchOf } from '../setup/batches.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { closedPort, runProgram } from '../setup/processes.ts';
import { connectionOf } from '../setup/switchboard.ts';

const { client = '', switchboard } = inject('stack');

const folder = mkdtempSync(join(tmpdir(), 'switchboard-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function csvFile(recipients: readonly string[]): string {
  const file = join(folder, `${crypto.randomUUID()}.csv`);
  writeFileSync(file, ['to,name', ...recipients.map((to) => `${to},Anna`)].join('\n'));
  return file;
}

const PROGRAM = 'infra/local/batch.ts';
const MESSAGE = ['--message', 'Hello {{name}}'];
const CONNECTION = ['--connection', client];
const WATCH = /npm run batch -- --watch (\S+) --connection '(.+)'/;

/** Starts `npm run batch`, which the test stops. */
function startBatch(args: readonly string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', resolve(PROGRAM), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const exitCode = new Promise((done) => child.once('close', done));
  return { lines, exitCode, interrupt: () => child.kill('SIGINT') };
}

test('a completed batch whose delivery reports are missing says so, and how to see them later', async () => {
  const args = [csvFile(recipientsOf(3)), '--from', uniqueSender(), ...MESSAGE, ...CONNECTION];
  const { code, output, log } = await runProgram(PROGRAM, args, { cwd: folder });
  expect({ code, log }).toEqual({ code: 0, log: '' });
  expect(output).toContain('completed: 3 recipients');
  expect(output).toContain('Delivery reports are still arriving: 0 of 3 so far.');
  const [, id = ''] = WATCH.exec(output) ?? [];
  const again = await runProgram(PROGRAM, ['--watch', id, ...CONNECTION], { cwd: folder });
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('completed: 3 recipients') });
});

test('on Ctrl-C, it prints the commands that resume the display and stop the batch, which continues', async () => {
  const batch = startBatch([csvFile(recipientsOf(150)), '--from', uniquePacedSender(), ...MESSAGE, ...CONNECTION]);
  await eventually('progress is shown', () => batch.lines.find((line) => /ends about \d/.test(line)));
  batch.interrupt();
  expect(await batch.exitCode).toBe(130);
  const output = batch.lines.join('\n');
  const [, id = '', connection] = WATCH.exec(output) ?? [];
  expect(connection).toBe(client);
  expect(output).toContain(`Batch ${id} is still running; resume with`);
  expect((await batchOf(connectionOf(switchboard), id)).state).toBe('running');

  const [, method = '', target = ''] = /npm run call -- (POST) (\S+:cancel)/.exec(output) ?? [];
  const canceled = await runProgram('infra/local/call.ts', [method, target, ...CONNECTION], { cwd: folder });
  expect(canceled.code).toBe(0);
  expect((await batchOf(connectionOf(switchboard), id)).state).toBe('canceled');
  const resumed = await runProgram(PROGRAM, ['--watch', id, ...CONNECTION], { cwd: folder });
  expect(resumed).toMatchObject({ code: 1, output: expect.stringContaining('canceled: 150 recipients') });
});

test('a dry run sends nothing', async () => {
  const args = [csvFile(recipientsOf(3)), '--from', uniqueSender(), ...MESSAGE, '--dry-run', ...CONNECTION];
  const { code, output } = await runProgram(PROGRAM, args, { cwd: folder });
  expect(code).toBe(0);
  expect(output).toContain('Checked.\ndry run, nothing was sent: 3 recipients');
});

const file = csvFile([]);
const nowhere = `endpoint=http://127.0.0.1:${await closedPort()}/;accesskey=a2V5LWtleS1rZXk=`;

test.each([
  ['an unknown option', ['--watsh', 'x'], /^Unknown option '--watsh'\. See npm run batch -- --help$/],
  ['no file', ['nowhere.csv', '--from', '1', ...MESSAGE, ...CONNECTION], /^Cannot read 'nowhere\.csv': ENOENT$/],
  ['no Switchboard', [file, '--from', '1', ...MESSAGE, '--connection', nowhere], /Is 'npm start' running\?$/],
  ['a refused batch', [file, '--from', '1', ...MESSAGE, ...CONNECTION], /^400 /],
])('%s is an error', async (_what, args, line) => {
  const { code, log } = await runProgram(PROGRAM, args, { cwd: folder });
  expect(code).toBe(2);
  expect(log.trimEnd()).toMatch(line);
});
