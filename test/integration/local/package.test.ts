import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FUNCTION_FILES } from '../../../infra/toolchain/declarations.ts';
import { packageFunctions, zipped } from '../../../infra/toolchain/deploymentPackage.ts';
import { nameOf } from '../../rules/app.ts';
import { type OwnStack, startOwnStack } from '../../setup/ownStack.ts';
import { call, connectionOf, TEST_CLIENTS } from '../../setup/switchboard.ts';
import { HostProcess } from './functions-host-process.ts';

const built = mkdtempSync(join(tmpdir(), 'switchboard-package-'));
const unzipped = mkdtempSync(join(tmpdir(), 'switchboard-unzipped-'));
// Storage of its own: two hosts on one take each other's messages.
let stack: OwnStack;
let host: HostProcess;
let zip: Uint8Array;

beforeAll(async () => {
  await packageFunctions(built);
  zip = zipped(built);
  for (const [file, content] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(unzipped, file)), { recursive: true });
    writeFileSync(join(unzipped, file), content);
  }
  stack = await startOwnStack();
  host = new HostProcess(unzipped, [], {
    CLIENTS: JSON.stringify([TEST_CLIENTS.everything]),
    ACS_CONNECTION_STRING: stack.acsConnectionString ?? '',
    AzureWebJobsStorage: stack.storage ?? '',
  });
});

afterAll(async () => {
  await host.stop();
  await stack.stop();
  for (const directory of [built, unzipped]) rmSync(directory, { recursive: true });
});

test('the zip, unpacked into an empty folder, serves all functions', async () => {
  const { functions, url } = await host.ready();
  for (const file of FUNCTION_FILES) expect(functions).toContain(nameOf(file));
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const answer = await call(connectionOf(url), { method: 'POST', target: '/identities', body: {} });
  expect(answer).toMatchObject({ status: 201, body: { identity: { id: expect.stringMatching(/^8:acs:/) } } });
  const batches = await call(connectionOf(url), { method: 'GET', target: '/sms/batches' });
  expect(batches.status).toBe(200);
});

test('the same sources produce the same zip', () => {
  expect(Buffer.from(zipped(built)).equals(zip)).toBe(true);
});
