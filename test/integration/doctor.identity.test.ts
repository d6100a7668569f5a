import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { runProgram } from '../setup/processes.ts';

const { acs, storage = '' } = inject('stack');

const folder = mkdtempSync(join(tmpdir(), 'switchboard-identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const issued = z.object({ token: z.string() });
const JSON_BODY = { 'content-type': 'application/json' };
const emulatorToken = async () =>
  issued.parse(await (await fetch(`${acs}/_emulator/entraToken`, { method: 'POST', headers: JSON_BODY })).json()).token;

/** The endpoint from which an app on App Service gets tokens of its managed identity. @see "REST endpoint reference" (App Service, managed identities) */
async function identityEndpoint(token: string): Promise<string> {
  const server = createServer((_request, response) => {
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: token, expires_on, resource: 'x', token_type: 'Bearer' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Returns the doctor's finding about the credential of an app with the managed identity. */
async function credentialWith(token: string) {
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, JSON.stringify({ ACS_ENDPOINT: acs, AzureWebJobsStorage: storage, CLIENTS: '[]' }));
  const environment = { IDENTITY_ENDPOINT: await identityEndpoint(token), IDENTITY_HEADER: 'header' };
  const args = ['--settings', settings, '--json'];
  const { code, output } = await runProgram('infra/operator/doctor.ts', args, { cwd: folder, environment });
  const { findings } = z.object({ findings: z.array(z.looseObject({ name: z.string() })) }).parse(JSON.parse(output));
  return { code, credential: findings.find(({ name }) => name === 'ACS credential') };
}

test('a managed identity whose token ACS accepts', async () => {
  expect(await credentialWith(await emulatorToken())).toMatchObject({ code: 0, credential: { status: 'ok' } });
});

test('a managed identity whose token ACS rejects is reported', async () => {
  expect(await credentialWith('eyJhbGciOiJub25lIn0.e30.')).toMatchObject({
    code: 1,
    credential: { status: 'failed', message: 'ACS rejects the Entra token (401).' },
  });
});
