import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { copyProject, startForTest } from '../setup/startForTest.ts';

const run = promisify(execFile);

/** Starts in a folder of its own; answers what it printed once everything serves. */
async function printedBy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const cwd = copyProject();
  const start = startForTest({ cwd, args, environment });
  const lines = await eventually('the start has printed everything', () =>
    start.output.includes('Press Ctrl-C to stop.') ? start.output : undefined,
  );
  return { cwd, text: lines.join('\n') };
}

describe('the command that npm start prints works as it stands', () => {
  test.each([
    ['on other ports', ['--ports', 'auto']],
    ['when nothing is kept', ['--ports', 'auto', '--ephemeral']],
  ])('%s', async (_, args) => {
    const { cwd, text } = await printedBy(args);
    const [command = ''] = /^ {2}npm run call .*$/m.exec(text) ?? [];
    const { stdout, stderr } = await run('/bin/sh', ['-c', command], { cwd });
    expect(stderr).toContain('202 Accepted');
    expect(stdout).toContain('"httpStatusCode": 202');
    const [, acs = ''] = /ACS emulator {3}(\S+)/.exec(text) ?? [];
    expect(await smsTo(acs, '+14255550123')).toHaveLength(1);
  });
});

test('npm run call finds the start that has printed JSON', async () => {
  const cwd = copyProject();
  await startForTest({ cwd, args: ['--json', '--ports', 'auto'] }).announced;
  const { stdout } = await run('npm', ['run', 'call', '--', 'POST', '/identities'], { cwd });
  expect(stdout).toContain('"id": "8:acs:');
});

test('a start with a real ACS resource warns of it before anything runs', async () => {
  const ACS_CONNECTION_STRING = 'endpoint=https://contoso.invalid/;accesskey=c2VjcmV0';
  const start = startForTest({ environment: { ACS_CONNECTION_STRING } });
  const announcement = await start.announced;
  expect(announcement.acsConnectionString).toBe(ACS_CONNECTION_STRING);
  const warningAt = start.log.findIndex((line) => line.includes('WARNING'));
  const firstProcessAt = start.log.findIndex((line) => line.startsWith('['));
  expect(warningAt).toBeGreaterThanOrEqual(0);
  expect(firstProcessAt).toBeGreaterThan(warningAt);
  expect(start.log.slice(warningAt, firstProcessAt).join('\n')).toContain('https://contoso.invalid/');
});

test('without clients there is no command to try', async () => {
  const { text } = await printedBy(['--ports', 'auto'], { CLIENTS: '[]' });
  expect(text).toContain('No client can call: the setting CLIENTS is empty.');
  expect(text).not.toContain('npm run call');
});
