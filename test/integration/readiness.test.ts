import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { reasonOf } from '../../shared/health/checks.ts';
import { createStorageReach, STORAGE_SERVICES, type StorageService } from '../../shared/storage/reach.ts';
import { closedPort } from '../setup/processes.ts';
import { answerOf, call, connectionOf, signatureOf } from '../setup/switchboard.ts';

const { switchboard, storage = '' } = inject('stack');

const READY = '/health/ready';
const detailed = z.object({
  status: z.string(),
  checks: z.array(z.strictObject({ name: z.string(), status: z.string(), milliseconds: z.int() })),
});

describe('readiness', () => {
  test('anyone learns that it is ready, and no more', async () => {
    const answer = await answerOf(await fetch(switchboard + READY));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({ status: 'ready' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('a client learns what was looked at', async () => {
    const { status, body } = await call(connectionOf(switchboard, 'plain'), { method: 'GET', target: READY });
    expect(status).toBe(200);
    const { checks } = detailed.parse(body);
    expect(checks.map((check) => `${check.name} ${check.status}`)).toEqual([
      ...['settings ok', 'queues ok', 'tables ok', 'blobs ok', 'acs ok', 'clock ok'],
    ]);
  });

  test('who signs with a wrong key is told so', async () => {
    const stranger = { endpoint: switchboard, accessKey: Buffer.from('a stranger').toString('base64') };
    const headers = signatureOf(stranger, 'GET', switchboard + READY);
    const answer = await answerOf(await fetch(switchboard + READY, { headers }));
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'Denied' } } });
    expect(answer.headers.get('x-ms-error-code')).toBe('Denied');
  });

  test('a signature over a body that a GET does not have is refused', async () => {
    const headers = signatureOf(connectionOf(switchboard, 'plain'), 'GET', switchboard + READY, { body: 'x' });
    const answer = await answerOf(await fetch(switchboard + READY, { headers }));
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'Denied' } } });
  });
});

describe.each(STORAGE_SERVICES)('the %s of the account', (service) => {
  const reachOf = (connectionString: string) => createStorageReach({ kind: 'connection string', connectionString });
  const call = (connectionString: string, name: StorageService = service) =>
    reachOf(connectionString).call(name, AbortSignal.timeout(5_000));
  const failure = async (connectionString: string) => reasonOf(await call(connectionString).catch((it: unknown) => it));

  test('are reached, at the address of the connection string', async () => {
    await call(storage);
    expect(storage).toContain(`=${(await reachOf(storage).url(service)).replace(/\/$/, '')};`);
  });

  test('do not let in a wrong key', async () => {
    const key = Buffer.from('a wrong key').toString('base64');
    expect(await failure(storage.replace(/AccountKey=[^;]+/, `AccountKey=${key}`))).toMatch(/^answers 403/);
  });

  test('are missed where nobody listens', async () => {
    const port = await closedPort();
    expect(await failure(storage.replace(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`))).toBe(
      'refuses connections (ECONNREFUSED)',
    );
  });
});
