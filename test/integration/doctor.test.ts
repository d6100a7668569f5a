import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { startEmulator } from '../../infra/local/acs-emulator/server.ts';
import { TEST_CLIENTS } from '../setup/clients.ts';
import { uniqueQueue } from '../setup/names.ts';
import { closedPort } from '../setup/ports.ts';
import { runProgram } from '../setup/program.ts';
import { connectionOf } from '../setup/switchboard.ts';

const { switchboard, storage = '', acsConnectionString = '' } = inject('stack');

const folder = mkdtempSync(join(tmpdir(), 'switchboard-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRONG_KEY = Buffer.from('a wrong key, a wrong key').toString('base64');
const [endpoint] = acsConnectionString.split(';');

const GOOD = {
  AzureWebJobsStorage: storage,
  ACS_CONNECTION_STRING: acsConnectionString,
  CLIENTS: JSON.stringify([TEST_CLIENTS.everything]),
};

type Variables = Readonly<Record<string, string>>;

const finding = z.object({ name: z.string(), status: z.string(), message: z.string(), remedy: z.string().optional() });
const report = z.object({ healthy: z.boolean(), first: finding.optional(), findings: z.array(finding) });

let files = 0;
function settingsFile(variables: Variables): string {
  const file = join(folder, `settings-${files++}.env`);
  writeFileSync(
    file,
    Object.entries({ ...GOOD, ...variables })
      .map(([name, value]) => `${name}='${value}'`)
      .join('\n'),
  );
  return file;
}

/** `npm run doctor -- --json`, in a folder without settings of its own. */
async function examined(variables: Variables = {}, ...more: string[]) {
  const args = ['--settings', settingsFile(variables), '--json', ...more];
  const { code, output, log } = await runProgram('infra/operator/doctor.ts', args, { cwd: folder });
  expect(log).toBe('');
  for (const secret of [WRONG_KEY, 'hunter2', TEST_CLIENTS.everything.keys[0]]) expect(output).not.toContain(secret);
  return { code, ...report.parse(JSON.parse(output)) };
}

const withStatus = ({ findings }: z.output<typeof report>, status: string) =>
  findings.filter((it) => it.status === status).map(({ name }) => name);

test('where nothing is wrong, nothing is found, and it ends with 0', async () => {
  const result = await examined({}, '--url', switchboard);
  expect(result).toMatchObject({ code: 0, healthy: true });
  expect(withStatus(result, 'failed')).toEqual([]);
  expect(withStatus(result, 'ok')).toEqual(
    expect.arrayContaining(['settings', 'clock', 'storage queues', 'storage tables', 'storage blobs', 'ACS']),
  );
  expect(withStatus(result, 'ok')).toEqual(
    expect.arrayContaining(['ACS credential', 'signing', 'client keys', 'Switchboard']),
  );
});

describe('names the one thing that is wrong, and ends with 1', () => {
  async function trouble(variables: Variables, ...more: string[]) {
    const result = await examined(variables, ...more);
    expect(result).toMatchObject({ code: 1, healthy: false });
    expect(withStatus(result, 'failed')).toEqual([result.first?.name]);
    return result.first;
  }

  test('settings, each of them', async () => {
    const first = await trouble({ ACS_CONNECTION_STRING: 'hunter2', SMS_REPEATABILITY_WINDOW_SECONDS: '1' });
    expect(first).toMatchObject({ name: 'settings' });
    expect(first?.message).toMatch(/ACS_CONNECTION_STRING: must have the form .*; SMS_REPEATABILITY_WINDOW_SECONDS: /);
  });

  test('a reference that only the platform follows', async () => {
    const first = await trouble({
      CLIENTS: '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/x)',
    });
    expect(first?.message).toBe('CLIENTS refers to Key Vault, where only the platform looks it up.');
  });

  test.each([
    [1000, 'behind'],
    [-1000, 'ahead of'],
  ])('a clock that differs from that of ACS by %i s', async (seconds, side) => {
    const now = () => new Date(Date.now() + seconds * 1000);
    const acs = await startEmulator({ port: 0, accessKeys: [WRONG_KEY], now });
    onTestFinished(acs.close);
    const first = await trouble({ ACS_CONNECTION_STRING: acs.connectionString });
    expect(first).toMatchObject({ name: 'clock' });
    expect(first?.message).toMatch(new RegExp(`^This clock is (?:999|100[01]) s ${side} that of ACS`));
  });

  test('a dead storage', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await trouble({ AzureWebJobsStorage: storage.replace(/127\.0\.0\.1:\d+/g, address) });
    expect(first?.message).toBe(`Nothing can be reached at ${address} of AzureWebJobsStorage (ECONNREFUSED).`);
  });

  test('one dead service of storage', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await trouble({
      AzureWebJobsStorage: storage.replace(/TableEndpoint=http:..[^/]+/, `TableEndpoint=http://${address}`),
    });
    expect(first).toMatchObject({ name: 'storage tables', message: expect.stringContaining(address) });
  });

  test('a key of storage', async () => {
    const first = await trouble({
      AzureWebJobsStorage: storage.replace(/AccountKey=[^;]+/, `AccountKey=${WRONG_KEY}`),
    });
    expect(first?.message).toMatch(/^The storage account in AzureWebJobsStorage answers 403 .* for its queues\.$/);
  });

  test('no connection string of storage', async () => {
    expect((await trouble({ AzureWebJobsStorage: 'hunter2' }))?.message).toBe(
      'AzureWebJobsStorage is no storage connection string.',
    );
  });

  test('an unreachable ACS', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await trouble({ ACS_CONNECTION_STRING: `endpoint=http://${address}/;accesskey=${WRONG_KEY}` });
    expect(first).toMatchObject({ name: 'ACS', message: expect.stringContaining(address) });
  });

  test('a key of ACS', async () => {
    const first = await trouble({ ACS_CONNECTION_STRING: `${endpoint};accesskey=${WRONG_KEY}` });
    expect(first?.message).toBe('ACS refuses the key in ACS_CONNECTION_STRING (401).');
  });

  test('a client’s key', async () => {
    const { endpoint: url } = connectionOf(switchboard);
    const first = await trouble({}, '--connection', `endpoint=${url}/;accesskey=${WRONG_KEY}`);
    expect(first?.message).toMatch(/refuses the client's key: The signature differs/);
  });
});

describe('warns of what works for now, and ends with 0', () => {
  test('one of two keys of ACS', async () => {
    const result = await examined({ ACS_CONNECTION_STRING_SECONDARY: `${endpoint};accesskey=${WRONG_KEY}` });
    expect(result).toMatchObject({ code: 0, first: { name: 'ACS credential', status: 'warning' } });
    expect(result.first?.message).toMatch(
      /refuses the key in ACS_CONNECTION_STRING_SECONDARY .* ACS_CONNECTION_STRING is accepted/,
    );
  });

  test('a client with the key of ACS', async () => {
    const key = acsConnectionString.replace(/^.*accesskey=/, '');
    const result = await examined({ CLIENTS: JSON.stringify([{ name: 'shop', keys: [key] }]) });
    expect(result).toMatchObject({ code: 0, first: { name: 'client keys' } });
  });

  test('messages that were given up', async () => {
    const name = `${uniqueQueue('given-up')}-poison`;
    const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(name);
    await queue.create();
    await queue.sendMessage('e30=');
    const { code, findings } = await examined();
    expect(code).toBe(0);
    const poison = findings.find(({ name }) => name === 'poison queues');
    expect(poison).toMatchObject({ status: 'warning', message: expect.stringContaining(`${name} (1)`) });
    expect(poison?.remedy).toMatch(/'outcomes'|redrive/);
  });
});

describe('what cannot be looked at ends with 2', () => {
  test.each([
    ['a settings file that is not there', ['--settings', 'nowhere.json'], /nowhere\.json/],
    ['an unknown command', ['cure'], /There is no 'cure'/],
    ['no address', ['--url', 'contoso'], /--url must read like/],
  ])('%s', async (_what, args, line) => {
    const { code, output, log } = await runProgram('infra/operator/doctor.ts', args, { cwd: folder });
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(log.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
  });
});
