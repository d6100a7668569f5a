import { globSync, readFileSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import * as z from 'zod';
import { environment } from '../../shared/contract/environment.ts';
import { readSettings } from '../../shared/settings.ts';
import { type App, loadApp } from '../rules/app.ts';
import { azureTest, lastNames, only, templates } from './azure.ts';

/** Settings of the Functions host, which the app does not read. */
const PLATFORM = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__credential',
];

/** What Azure makes of the settings that are expressions here. */
const SAMPLES: Readonly<Record<string, string>> = {
  ACS_ENDPOINT: 'https://acs-test.europe.communication.azure.com',
  AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000000',
  AzureWebJobsStorage__clientId: '00000000-0000-4000-8000-000000000000',
  CLIENTS: '[]',
};

const configuration = z.object({ properties: z.record(z.string(), z.string()) });

const appSettings = (resources: ReturnType<typeof templates>['plain']) =>
  configuration.parse(only(resources, 'Microsoft.Web/sites/config')).properties;

let app: App;
beforeAll(async () => {
  app = await loadApp();
});

/** The app settings as the app finds them in its environment. */
const evaluated = (resources: ReturnType<typeof templates>['plain']) =>
  Object.fromEntries(
    Object.entries(appSettings(resources)).map(([name, value]) => [
      name,
      /^\[.*\]$/.test(value) ? SAMPLES[name] : value,
    ]),
  );

azureTest('every app setting is known to the app or to the platform', () => {
  const known = new Set([...Object.keys(environment.unwrap().shape), ...PLATFORM]);
  expect(Object.keys(appSettings(templates().full)).filter((name) => !known.has(name))).toEqual([]);
});

azureTest('the app can work with its settings, and is everywhere by its identity', () => {
  const settings = readSettings(evaluated(templates().plain));
  const clientId = SAMPLES['AZURE_CLIENT_ID'];
  expect(settings.acs).toEqual({ kind: 'identity', endpoint: SAMPLES['ACS_ENDPOINT'], clientId });
  expect(settings.storage).toEqual({ kind: 'identity', accountName: expect.stringMatching(/^st/), clientId });
  expect(settings.publicUrl).toBeUndefined();
});

azureTest('what is given reaches the app', () => {
  const settings = readSettings(evaluated(templates().full));
  expect(settings.publicUrl).toBe('https://switchboard.example');
  expect(settings.sms.ratesPerMinute).toEqual({ tollFree: 100 });
});

azureTest('the clients come from the Key Vault', () => {
  expect(appSettings(templates().plain)['CLIENTS']).toContain('clientsReference');
  expect(templates().template).toContain('@Microsoft.KeyVault(VaultName={0};SecretName={1})');
  expect(only(templates().plain, 'Microsoft.Web/sites')).toMatchObject({
    properties: { keyVaultReferenceIdentity: expect.stringContaining('/userAssignedIdentities/id-') },
  });
});

azureTest('the app runs on Node 24, deployed by its identity, and scales as asked', () => {
  expect(only(templates().full, 'Microsoft.Web/sites')).toMatchObject({
    kind: 'functionapp,linux',
    tags: { 'azd-service-name': 'functions' },
    properties: {
      functionAppConfig: {
        runtime: { name: 'node', version: '24' },
        deployment: { storage: { type: 'blobContainer', authentication: { type: 'UserAssignedIdentity' } } },
        scaleAndConcurrency: { alwaysReady: [{ name: 'http', instanceCount: 1 }] },
      },
    },
  });
});

/** Values of the constants with such a name in the sources: `export const SPLIT_QUEUE = '…'`. */
function named(ending: 'QUEUE' | 'TABLE' | 'CONTAINER'): readonly string[] {
  const constant = new RegExp(`const (?:\\w+_)?${ending}S? = '([^']+)'`, 'g');
  return globSync('{functions,shared}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(constant)].map(([, value = '']) => value),
  );
}

azureTest('every queue that the app reads or writes is there, with its poison queue', () => {
  const read = app.functions.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queueName] : []));
  const poison = read.filter((queue) => !queue.endsWith('-poison')).map((queue) => `${queue}-poison`);
  expect(read.length).toBeGreaterThan(10);
  const queues = lastNames(templates().plain, 'Microsoft.Storage/storageAccounts/queueServices/queues');
  expect(queues).toEqual(expect.arrayContaining([...read, ...poison, ...named('QUEUE')]));
});

azureTest('every table is there', () => {
  expect(named('TABLE').length).toBeGreaterThanOrEqual(5);
  const tables = lastNames(templates().plain, 'Microsoft.Storage/storageAccounts/tableServices/tables');
  expect(tables).toEqual(expect.arrayContaining([...named('TABLE')]));
});

azureTest('every container is there, and forgets its blobs in time', () => {
  expect(named('CONTAINER').length).toBeGreaterThanOrEqual(3);
  const containers = lastNames(templates().plain, 'Microsoft.Storage/storageAccounts/blobServices/containers');
  expect(containers).toEqual(expect.arrayContaining([...named('CONTAINER')]));
  const policy = JSON.stringify(only(templates().plain, 'Microsoft.Storage/storageAccounts/managementPolicies'));
  for (const container of [...named('CONTAINER'), 'dead-letters']) expect(policy).toContain(`"${container}/"`);
});
