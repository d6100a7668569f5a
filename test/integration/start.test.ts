import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, onTestFinished, test } from 'vitest';
import { choosePorts, LISTENER_NAMES } from '../../infra/local/start/ports.ts';
import { smsTo } from '../setup/emulator.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { NOTHING_KEPT, type StartProcess } from '../setup/ownStack.ts';
import { takenPort } from '../setup/processes.ts';
import { copyProject, startForTest } from '../setup/startForTest.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

/** @see Linux, `net.ipv4.ip_local_port_range`; other systems begin higher */
const LINUX_FIRST_EPHEMERAL_PORT = 32_768;

/** Waits for the end of a start. Returns its exit code and output. */
async function endOf(start: StartProcess) {
  return { code: await start.exitCode, output: start.output, log: start.log };
}

/** The queues of a deployment on Azure. */
function queuesOnAzure(): string[] {
  const names = readFileSync('infra/modules/names.bicep', 'utf8');
  const listed = (variable: string) =>
    [...(new RegExp(`var ${variable} = \\[([^\\]]*)\\]`).exec(names)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
      ([, name = '']) => name,
    );
  const work = listed('workQueues');
  return [...work, ...work.map((name) => `${name}-poison`), ...listed('outcomeQueues')];
}

describe('npm start -- --json', () => {
  test('prints one line with everything that a script needs', async () => {
    const start = startForTest();
    const announcement = await start.announced;
    expect(announcement).toEqual({
      switchboard: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      switchboardTls: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      acs: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      acsTls: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      ca: expect.stringMatching(/\.pem$/),
      storage: expect.stringMatching(/BlobEndpoint=.*QueueEndpoint=.*TableEndpoint=/),
      client: expect.stringMatching(/^endpoint=http:\/\/127\.0\.0\.1:\d+\/;accesskey=.+$/),
      acsConnectionString: expect.stringMatching(/^endpoint=http:\/\/127\.0\.0\.1:\d+\/;accesskey=.+$/),
      dataDir: expect.any(String),
    });
    expect(existsSync(announcement.ca)).toBe(true);
    expect((await fetch(`${announcement.switchboard}/health`)).status).toBe(200);
    const queues: string[] = [];
    const service = QueueServiceClient.fromConnectionString(announcement.storage ?? '');
    for await (const { name } of service.listQueues()) queues.push(name);
    expect(queues).toEqual(expect.arrayContaining(queuesOnAzure()));
    expect(queues).toEqual(expect.arrayContaining(['send-sms', 'sms-chunks-poison', 'outcomes']));
    start.signal('SIGTERM');
    expect(await start.exitCode).toBe(0);
    expect(start.output).toHaveLength(1);
  });

  test('through the launcher of all npm scripts', async () => {
    const start = startForTest({ program: ['infra/toolchain/run.mjs', 'infra/local/start.ts'] });
    await start.announced;
    start.signal('SIGTERM');
    expect(await start.exitCode).toBe(0);
    expect(start.output).toHaveLength(1);
  });
});

describe('an impossible start prints one line for each problem', () => {
  test('a port in use, and what to do', async () => {
    const { port, free } = await takenPort();
    onTestFinished(free);
    const { code, output, log } = await endOf(startForTest({ args: ['--json', '--ports', `acsTls=${port}`] }));
    expect({ code, output }).toEqual({ code: 1, output: [] });
    expect(log.join('\n')).toContain(`  ${port} (ACS emulator, https)`);
    expect(log.join('\n')).toContain('npm start -- --ports auto');
  });

  test('invalid settings, without their values', async () => {
    const key = 'c2VjcmV0!';
    const environment = {
      CLIENTS: JSON.stringify([{ name: 'two words', keys: [key], colour: 'red' }]),
      ACS_CONNECTION_STRING: 'endpoint=http://contoso.com/;accesskey=c2VjcmV0LXNlY3JldA==',
      ACS_API_VERSION_SMS: 'latest',
    };
    const { code, output, log } = await endOf(startForTest({ environment }));
    expect({ code, output }).toEqual({ code: 1, output: [] });
    const [title, ...problems] = log;
    expect(title).toMatch(/^Unusable settings/);
    expect(problems.map((line) => line.trim().split(':')[0])).toEqual([
      'CLIENTS[0].name',
      'CLIENTS[0].keys[0]',
      'CLIENTS[0].colour',
      'ACS_CONNECTION_STRING.endpoint',
      'ACS_API_VERSION_SMS',
    ]);
    expect(log.join('\n')).not.toContain('c2VjcmV0LXNlY3JldA');
    expect(log.join('\n')).not.toContain(key);
  });

  test.each([
    [['--colour'], /^Unknown option '--colour'\. See npm start -- --help$/],
    [['--allowed-hosts', 'devbox,a:80'], /--allowed-hosts: 'a:80' is not a host name without port/],
    [['--ports', 'sms=1'], /--ports: 'sms' is not a listener/],
    [['--ports', 'acs=http'], /--ports: acs needs a port/],
  ])('the invalid option %j', async (args, line) => {
    const { code, output, log } = await endOf(startForTest({ args }));
    expect({ code, output }).toEqual({ code: 1, output: [] });
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(line);
  });

  test('--help prints the options', async () => {
    const { code, output, log } = await endOf(startForTest({ args: ['--help'] }));
    expect({ code, log }).toEqual({ code: 0, log: [] });
    for (const option of ['--ports', '--ephemeral', '--json']) expect(output.join('\n')).toContain(option);
  });
});

describe('a start that keeps its data', () => {
  const args = NOTHING_KEPT.filter((it) => it !== '--ephemeral');

  test('is the only one in its folder, keeps its data, and keeps it out of git', async () => {
    const to = uniquePhone();
    const cwd = copyProject();
    const first = startForTest({ cwd, args });
    const { switchboard } = await first.announced;
    const body = { from: SENDER, smsRecipients: [{ to }], message: 'Hello' };
    expect((await call(connectionOf(switchboard), { method: 'POST', target: '/sms', body })).status).toBe(202);

    const second = await endOf(startForTest({ cwd, args }));
    expect({ code: second.code, output: second.output }).toEqual({ code: 1, output: [] });
    expect(second.log.join('\n')).toContain(`'npm start' is running already (process ${first.pid})`);

    first.signal('SIGINT');
    expect(await first.exitCode).toBe(0);
    expect(existsSync(`${cwd}/.local/start.json`)).toBe(false);
    const git = (...rest: string[]) => spawnSync('git', rest, { cwd, encoding: 'utf8' });
    expect(git('init', '--quiet')).toMatchObject({ status: 0 });
    expect(git('status', '--porcelain', '--', '.local')).toMatchObject({ status: 0, stdout: '' });
    const again = startForTest({ cwd, args });
    expect(await smsTo((await again.announced).acs, to)).toHaveLength(1);
    again.signal('SIGTERM');
    expect(await again.exitCode).toBe(0);
  });
});

test('automatic ports are not ephemeral ports, which another process could take before they are used', async () => {
  const [one, other] = [await choosePorts('auto'), await choosePorts('auto')];
  for (const ports of [one, other]) {
    expect(new Set(Object.values(ports)).size).toBe(LISTENER_NAMES.length);
    expect(Math.max(...Object.values(ports))).toBeLessThan(LINUX_FIRST_EPHEMERAL_PORT);
  }
});
