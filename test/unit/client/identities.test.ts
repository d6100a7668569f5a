import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { afterEach, expect, test, vi } from 'vitest';
import * as examples from '../../../shared/contract/examples.ts';
import { tokenAt } from '../../setup/credentials.ts';
import { clientOf, fakeServer, json } from './fixtures.ts';

const { userId } = examples;
const NOW = new Date('2026-01-15T08:30:00Z');

afterEach(() => {
  vi.useRealTimers();
});

const answer = (token: string) => json(200, { token, expiresOn: '2026-01-15T09:30:00Z' });

test('the official credential refreshes its token through the client, each time with a new key', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const first = tokenAt(NOW); // expires after an hour
  const later = new Date(NOW.getTime() + 3_600_000);
  const second = tokenAt(later);
  const server = fakeServer(answer(first), answer(second));
  const { identities } = clientOf(server);
  const credential = new AzureCommunicationTokenCredential({
    tokenRefresher: identities.tokenRefresher(userId, ['chat'], { expiresInMinutes: 60 }),
    refreshProactively: false,
  });
  expect((await credential.getToken()).token).toBe(first);
  expect((await credential.getToken()).token).toBe(first);
  vi.setSystemTime(later);
  expect((await credential.getToken()).token).toBe(second);
  credential.dispose();
  expect(server.sent.map(({ body }) => body)).toEqual(Array(2).fill({ scopes: ['chat'], expiresInMinutes: 60 }));
  expect(new Set(server.sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(2);
});

test('a response without a token is an error', async () => {
  const refresh = clientOf(fakeServer(json(200, null))).identities.tokenRefresher(userId, ['chat']);
  await expect(refresh()).rejects.toMatchObject({ code: 'UnexpectedResponse' });
});

test('the credential can abort it', async () => {
  const controller = new AbortController();
  const server = fakeServer((_, signal) => {
    controller.abort();
    expect(signal?.aborted).toBe(true);
    return answer('');
  });
  const refresh = clientOf(server).identities.tokenRefresher(userId, ['chat']);
  await expect(refresh(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  await expect(refresh(AbortSignal.abort('why'))).rejects.toBe('why');
  expect(server.sent).toHaveLength(1);
});
