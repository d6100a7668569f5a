import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { createRuntime } from '../../../shared/runtime.ts';
import { readSettings } from '../../../shared/settings/settings.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { connection, GOOD, SECONDARY } from '../settings.fixtures.ts';

test('a runtime sends each attempt of a request through the HTTP client that it was given', async () => {
  const seen: (string | undefined)[] = [];
  const statuses = [500, 401, 200];
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      seen.push(request.headers.get('authorization'));
      const status = statuses[seen.length - 1] ?? 200;
      return { request, status, headers: createHttpHeaders(), bodyAsText: '{}' };
    },
  };
  const settings = readSettings({ ...GOOD, ACS_CONNECTION_STRING_SECONDARY: connection(SECONDARY) });
  const now = () => new Date('2026-01-15T08:30:00Z');
  const { acs } = createRuntime(settings, now, new MemoryStorage(), httpClient);
  const request = { service: 'sms', method: 'POST', path: '/sms', body: {}, repetition: 'recognised' } as const;
  expect(await acs('https://switchboard.example', 'an id').send(request)).toMatchObject({ status: 200, body: {} });
  // The 500 is retried; the 401 makes the pipeline use the other key.
  expect(seen).toHaveLength(3);
  expect(seen[1]).toBe(seen[0]);
  expect(seen[2]).not.toBe(seen[0]);
});
