import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { startEmulator } from '../../infra/local/acs-emulator/server.ts';
import { uniqueQueue } from '../setup/names.ts';
import { closedPort, runProgram } from '../setup/processes.ts';
import { connectionOf, TEST_CLIENTS } from '../setup/switchboard.ts';

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

/** Runs `npm run doctor -- --json` in a folder without local settings. */
async function examined(variables: Variables = {}, ...more: string[]) {
  const args = ['--settings', settingsFile(variables), '--json', ...more];
  const { code, output, log } = await runProgram('infra/operator/doctor.ts', args, { cwd: folder });
  expect(log).toBe('');
  for (const secret of [WRONG_KEY, 'hunter2', TEST_CLIENTS.everything.keys[0]]) expect(output).not.toContain(secret);
  return { code, ...report.parse(JSON.parse(output)) };
}

const withStatus = ({ findings }: z.output<typeof report>, status: string) =>
  findings.filter((it) => it.status === status).map(({ name }) => name);

test('finds nothing in a healthy stack, and exits with 0', async () => {
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

describe('reports exactly what is wrong, and exits with 1', () => {
  async function problem(variables: Variables, ...more: string[]) {
    const result = await examined(variables, ...more);
    expect(result).toMatchObject({ code: 1, healthy: false });
    expect(withStatus(result, 'failed')).toEqual([result.first?.name]);
    return result.first;
  }

  test('every invalid setting', async () => {
    const first = await problem({ ACS_CONNECTION_STRING: 'hunter2', SMS_REPEATABILITY_WINDOW_SECONDS: '1' });
    expect(first).toMatchObject({ name: 'settings' });
    expect(first?.message).toMatch(/ACS_CONNECTION_STRING: must have the form .*; SMS_REPEATABILITY_WINDOW_SECONDS: /);
  });

  test('a reference that only the platform can resolve', async () => {
    const first = await problem({
      CLIENTS: '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/x)',
    });
    expect(first?.message).toBe('CLIENTS is a Key Vault reference, which only the platform can resolve.');
  });

  test.each([
    [1000, 'behind'],
    [-1000, 'ahead of'],
  ])('a clock that differs from that of ACS by %i s', async (seconds, side) => {
    const now = () => new Date(Date.now() + seconds * 1000);
    const acs = await startEmulator({ port: 0, accessKeys: [WRONG_KEY], now });
    onTestFinished(acs.close);
    const first = await problem({ ACS_CONNECTION_STRING: acs.connectionString });
    expect(first).toMatchObject({ name: 'clock' });
    expect(first?.message).toMatch(new RegExp(`^This clock is (?:999|100[01]) s ${side} that of ACS`));
  });

  test('unreachable storage', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await problem({ AzureWebJobsStorage: storage.replace(/127\.0\.0\.1:\d+/g, address) });
    expect(first?.message).toBe(`Cannot connect to ${address} in AzureWebJobsStorage (ECONNREFUSED).`);
  });

  test('one unreachable storage service', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await problem({
      AzureWebJobsStorage: storage.replace(/TableEndpoint=http:..[^/]+/, `TableEndpoint=http://${address}`),
    });
    expect(first).toMatchObject({ name: 'storage tables', message: expect.stringContaining(address) });
  });

  test('a wrong storage key', async () => {
    const first = await problem({
      AzureWebJobsStorage: storage.replace(/AccountKey=[^;]+/, `AccountKey=${WRONG_KEY}`),
    });
    expect(first?.message).toMatch(/^The storage account in AzureWebJobsStorage answers 403 .* for its queues\.$/);
  });

  test('a malformed storage connection string', async () => {
    expect((await problem({ AzureWebJobsStorage: 'hunter2' }))?.message).toBe(
      'AzureWebJobsStorage is not a storage connection string.',
    );
  });

  test('an unreachable ACS', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const first = await problem({ ACS_CONNECTION_STRING: `endpoint=http://${address}/;accesskey=${WRONG_KEY}` });
    expect(first).toMatchObject({ name: 'ACS', message: expect.stringContaining(address) });
  });

  test('a wrong ACS key', async () => {
    const first = await problem({ ACS_CONNECTION_STRING: `${endpoint};accesskey=${WRONG_KEY}` });
    expect(first?.message).toBe('ACS rejects the key in ACS_CONNECTION_STRING (401).');
  });

  test('a wrong client key', async () => {
    const { endpoint: url } = connectionOf(switchboard);
    const first = await problem({}, '--connection', `endpoint=${url}/;accesskey=${WRONG_KEY}`);
    expect(first?.message).toMatch(/rejects the client's key: The signature differs/);
  });
});

describe('warns about problems that do not stop it yet, and exits with 0', () => {
  test('one of two ACS keys', async () => {
    const result = await examined({ ACS_CONNECTION_STRING_SECONDARY: `${endpoint};accesskey=${WRONG_KEY}` });
    expect(result).toMatchObject({ code: 0, first: { name: 'ACS credential', status: 'warning' } });
    expect(result.first?.message).toMatch(
      /rejects the key in ACS_CONNECTION_STRING_SECONDARY .* ACS_CONNECTION_STRING is accepted/,
    );
  });

  test('a client that uses an ACS key', async () => {
    const key = acsConnectionString.replace(/^.*accesskey=/, '');
    const result = await examined({ CLIENTS: JSON.stringify([{ name: 'shop', keys: [key] }]) });
    expect(result).toMatchObject({ code: 0, first: { name: 'client keys' } });
  });

  test('messages that failed permanently', async () => {
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

describe('exits with 2 if nothing can be checked', () => {
  test.each([
    ['a missing settings file', ['--settings', 'nowhere.json'], /nowhere\.json/],
    ['an unknown command', ['cure'], /Unknown command 'cure'/],
    ['a malformed address', ['--url', 'contoso'], /--url must look like/],
  ])('%s', async (_what, args, line) => {
    const { code, output, log } = await runProgram('infra/operator/doctor.ts', args, { cwd: folder });
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(log.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
  });
});
