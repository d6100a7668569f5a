import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { NOTHING_KEPT } from '../setup/ownStack.ts';
import { closedPort, runProgram } from '../setup/processes.ts';
import { copyProject, startForTest } from '../setup/startForTest.ts';

const run = promisify(execFile);

/** Starts in its own folder, and returns what it printed once everything is ready. */
async function printedBy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const cwd = copyProject();
  const start = startForTest({ cwd, args, environment });
  const lines = await eventually('the start has printed everything', () =>
    start.output.includes('Press Ctrl-C to stop.') ? start.output : undefined,
  );
  return { cwd, text: lines.join('\n') };
}

async function expectFirstCallWorks({ cwd, text }: Awaited<ReturnType<typeof printedBy>>): Promise<void> {
  const [command = ''] = /^ {2}npm run call .*$/m.exec(text) ?? [];
  const { stdout, stderr } = await run('/bin/sh', ['-c', command], { cwd });
  expect(stderr).toContain('202 Accepted');
  expect(stdout).toContain('"httpStatusCode": 202');
  const [, acs = ''] = /ACS emulator {3}(\S+)/.exec(text) ?? [];
  expect(await smsTo(acs, '+14255550123')).toHaveLength(1);
}

describe('the banner', () => {
  test('has all addresses in at most 15 lines and a first call that works unchanged, and nothing else is printed', async () => {
    const printed = await printedBy(['--ports', 'auto']);
    const { text } = printed;
    expect(text.split('\n').length).toBeLessThanOrEqual(15);
    for (const fact of [
      /Switchboard +http:\/\/127\.0\.0\.1:\d+ +https:/,
      /API docs +http:\/\/127\.0\.0\.1:\d+\/docs$/m,
      /ACS emulator +http:\/\/127\.0\.0\.1:\d+/,
      /Storage +DefaultEndpointsProtocol=http;AccountName=.+;AccountKey=.+;QueueEndpoint=http:/,
      /Client +endpoint=http:\/\/127\.0\.0\.1:\d+\/;accesskey=/,
      /^ {2}npm run call -- POST \/sms /m,
    ]) {
      expect(text).toMatch(fact);
    }
    await expectFirstCallWorks(printed);
  });

  test('is preceded by every function with --verbose; the first call works with a temporary folder, too', async () => {
    const printed = await printedBy(['--ports', 'auto', '--ephemeral', '--verbose']);
    const { text } = printed;
    expect(text).toMatch(/^\[functions\] .* sendSms: \[POST\] http:\/\/127\.0\.0\.1:\d+\/sms$/m);
    expect(text).toMatch(/^\[functions\] .* sendSmsFromQueue: queueTrigger send-sms$/m);
    await expectFirstCallWorks(printed);
  });
});

test('other commands find a start with --json and other ports', async () => {
  const cwd = copyProject();
  const { switchboard } = await startForTest({ cwd, args: ['--json', '--ports', 'auto'] }).announced;
  const npmRun = (...args: readonly string[]) => run('npm', ['run', '--silent', ...args], { cwd });

  const call = await npmRun('call', '--', 'POST', '/identities');
  expect(call.stdout).toContain('"id": "8:acs:');

  writeFileSync(join(cwd, 'recipients.csv'), 'to\n+14255550123\n');
  const batch = await npmRun('batch', '--', 'recipients.csv', '--from', '+18005550100', '--message', 'Hello');
  expect(batch.stdout).toContain('completed: 1 recipient,');

  const doctor = JSON.parse((await npmRun('doctor', '--', '--json')).stdout) as { findings: { status: string }[] };
  expect(doctor.findings.filter(({ status }) => status === 'failed' || status === 'skipped')).toEqual([]);
  expect(doctor.findings).toContainEqual(
    expect.objectContaining({ name: 'Switchboard', message: expect.stringContaining(switchboard) }),
  );

  const operator = await npmRun('operator', '--', 'export', '+14255550123');
  expect(operator.stdout).toContain('+14255550123');
});

test('without a running start, operator commands say so', async () => {
  const cwd = copyProject();
  const address = `127.0.0.1:${await closedPort()}`;
  const services = ['Blob', 'Queue', 'Table'].map((name) => `${name}Endpoint=http://${address}/account;`);
  const storage = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;${services.join('')}`;
  for (const args of [
    ['export', '+14255550123'],
    ['cancel-client', 'demo'],
  ]) {
    const { code, log } = await runProgram('infra/operator/operator.ts', args, {
      cwd,
      environment: { AzureWebJobsStorage: storage },
    });
    expect(code).toBe(2);
    expect(log).toContain(
      `Cannot connect to ${address} in AzureWebJobsStorage (ECONNREFUSED).\n→ Start the server (npm start)`,
    );
  }
});

test('a start with a real ACS resource prints a warning before anything runs', async () => {
  const ACS_CONNECTION_STRING = 'endpoint=https://contoso.invalid/;accesskey=c2VjcmV0';
  const args = [...NOTHING_KEPT, '--verbose'];
  const start = startForTest({ args, environment: { ACS_CONNECTION_STRING } });
  const announcement = await start.announced;
  expect(announcement.acsConnectionString).toBe(ACS_CONNECTION_STRING);
  const warningAt = start.log.findIndex((line) => line.includes('WARNING'));
  const firstProcessAt = start.log.findIndex((line) => line.startsWith('['));
  expect(warningAt).toBeGreaterThanOrEqual(0);
  expect(firstProcessAt).toBeGreaterThan(warningAt);
  expect(start.log.slice(warningAt, firstProcessAt).join('\n')).toContain('https://contoso.invalid/');
});

test('without clients, no first call is printed', async () => {
  const { text } = await printedBy(['--ports', 'auto'], { CLIENTS: '[]' });
  expect(text).toContain('No client can call: the setting CLIENTS is empty.');
  expect(text).not.toContain('npm run call');
});
