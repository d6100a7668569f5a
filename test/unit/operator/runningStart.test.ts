import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withRunningStart } from '../../../infra/local/client/connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'switchboard-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STORAGE = 'AccountName=devstoreaccount1;AccountKey=b3du;BlobEndpoint=http://127.0.0.1:20760/devstoreaccount1;';
const file = join(folder, 'start.json');
writeFileSync(file, JSON.stringify({ acs: 'http://127.0.0.1:20758', storage: STORAGE, client: 'unused' }));

test('local settings get the addresses and the storage key of the running npm start', () => {
  const settings = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:8787/;accesskey=a2V5',
    RETENTION_DAYS: '30',
  };
  expect(withRunningStart(settings, file)).toEqual({
    AzureWebJobsStorage: STORAGE,
    ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:20758/;accesskey=a2V5',
    RETENTION_DAYS: '30',
  });
});

test('a real account or ACS resource is never replaced', () => {
  const settings = {
    AzureWebJobsStorage: 'AccountName=contoso;AccountKey=b3du',
    ACS_CONNECTION_STRING: 'endpoint=https://contoso.communication.azure.com/;accesskey=a2V5',
  };
  expect(withRunningStart(settings, file)).toEqual(settings);
});

test('without a running npm start, settings are unchanged', () => {
  const settings = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
  expect(withRunningStart(settings, join(folder, 'none.json'))).toEqual(settings);
});
