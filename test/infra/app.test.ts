import { globSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type App, loadApp } from '../rules/app.ts';
import {
  appSettingOf,
  appSettings,
  dataAccount,
  facts,
  lastNames,
  ofType,
  only,
  packageAccount,
  resourcesOf,
  SETS,
  variableOf,
} from './azure.ts';

let app: App;
beforeAll(async () => {
  app = await loadApp();
});

const flex = facts(
  'flexConsumption',
  z.object({
    instanceMemoryMB: z.array(z.int()),
    leastMaximumInstanceCount: z.int(),
    greatestMaximumInstanceCount: z.int(),
    scaleGroups: z.array(z.string()),
    scaleFunctionPrefix: z.string(),
    sku: z.object({ name: z.string(), tier: z.string() }),
    siteKind: z.string(),
    forbiddenSettings: z.array(z.string()),
  }),
);

const connections = facts(
  'identityConnections',
  z.object({
    hostStorage: z.array(z.string()),
    credential: z.string(),
    secretHostStorage: z.string(),
    telemetry: z.string(),
    telemetryMembers: z.array(z.string()),
  }),
);

const site = z.object({
  kind: z.string(),
  tags: z.record(z.string(), z.string()),
  properties: z.object({
    keyVaultReferenceIdentity: z.string(),
    siteConfig: z.object({ cors: z.object({ allowedOrigins: z.array(z.string()) }) }),
    functionAppConfig: z.object({
      runtime: z.object({ name: z.string(), version: z.string() }),
      deployment: z.object({
        storage: z.object({ value: z.string(), authentication: z.object({ type: z.string() }) }),
      }),
      scaleAndConcurrency: z.object({
        alwaysReady: z.array(z.object({ name: z.string(), instanceCount: z.int() })),
        maximumInstanceCount: z.int(),
        instanceMemoryMB: z.int(),
      }),
    }),
  }),
});

const packageFile = z.object({ optionalDependencies: z.record(z.string(), z.string()) });
const azdFile = z.string().regex(/^ {2}functions:$/m);

describe.each(SETS)('the function app with %s', (set) => {
  const { kind, tags, properties } = site.parse(only(resourcesOf(set), 'Microsoft.Web/sites'));
  const { runtime, deployment, scaleAndConcurrency } = properties.functionAppConfig;

  test('is one of Flex Consumption', () => {
    expect(kind).toBe(flex.siteKind);
    expect(only(resourcesOf(set), 'Microsoft.Web/serverfarms')).toMatchObject({ sku: flex.sku });
  });

  test('runs on the Node that is pinned here', () => {
    const { optionalDependencies } = packageFile.parse(
      JSON.parse(readFileSync('infra/toolchain/node/package.json', 'utf8')),
    );
    const majors = Object.values(optionalDependencies).map((version) => version.split('.')[0]);
    expect(new Set(majors)).toEqual(new Set([runtime.version]));
    expect(runtime.name).toBe('node');
  });

  test('is found by azd as the service of azure.yaml', () => {
    azdFile.parse(readFileSync('azure.yaml', 'utf8'));
    expect(tags).toMatchObject({ 'azd-service-name': 'functions' });
  });

  test('scales within what the plan offers', () => {
    const { maximumInstanceCount, instanceMemoryMB, alwaysReady } = scaleAndConcurrency;
    expect(maximumInstanceCount).toBeGreaterThanOrEqual(flex.leastMaximumInstanceCount);
    expect(maximumInstanceCount).toBeLessThanOrEqual(flex.greatestMaximumInstanceCount);
    expect(flex.instanceMemoryMB).toContain(instanceMemoryMB);
    for (const { name } of alwaysReady) {
      expect(flex.scaleGroups.includes(name) || name.startsWith(flex.scaleFunctionPrefix), name).toBe(true);
    }
  });

  test('has no setting that the plan refuses', () => {
    expect(Object.keys(appSettings(set)).filter((name) => flex.forbiddenSettings.includes(name))).toEqual([]);
  });

  test('is deployed, and reads storage, secrets and telemetry, with its identity', () => {
    const settings = appSettings(set);
    expect(deployment.storage.authentication.type).toBe('UserAssignedIdentity');
    expect(properties.keyVaultReferenceIdentity).toContain('/userAssignedIdentities/');
    for (const name of connections.hostStorage) expect(settings[name], name).toBeTruthy();
    expect(settings['AzureWebJobsStorage__credential']).toBe(connections.credential);
    expect(settings).not.toHaveProperty(connections.secretHostStorage);
    for (const member of connections.telemetryMembers) expect(settings[connections.telemetry]).toContain(member);
  });

  test('takes its clients from a secret that exists', () => {
    const reference = /^@Microsoft\.KeyVault\(VaultName=(?<vault>[^;]+);SecretName=(?<secret>[^;)]+)\)$/;
    const { vault, secret } = reference.exec(appSettingOf(set, 'CLIENTS') ?? '')?.groups ?? {};
    expect(only(resourcesOf(set), 'Microsoft.KeyVault/vaults').name).toBe(vault);
    expect(lastNames(resourcesOf(set), 'Microsoft.KeyVault/vaults/secrets')).toContain(secret);
  });
});

test('the platform admits the same origins as the app', () => {
  const { properties } = site.parse(only(resourcesOf('allSettings'), 'Microsoft.Web/sites'));
  const origins = appSettingOf('allSettings', 'CORS_ORIGINS')?.split(/\s*,\s*/);
  expect(origins).toHaveLength(2);
  expect(properties.siteConfig.cors.allowedOrigins).toEqual(origins);
});

test('no origin is admitted by default', () => {
  const { properties } = site.parse(only(resourcesOf('defaults'), 'Microsoft.Web/sites'));
  expect(properties.siteConfig.cors.allowedOrigins).toEqual([]);
});

/** Values of the constants with such a name in the sources: `export const SPLIT_QUEUE = '…'`. */
function named(ending: 'QUEUE' | 'TABLE' | 'CONTAINER'): readonly string[] {
  const constant = new RegExp(`const (?:\\w+_)?${ending}S? = '([^']+)'`, 'g');
  return globSync('{functions,shared}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(constant)].map(([, value = '']) => value),
  );
}

const storage = 'Microsoft.Storage/storageAccounts';

describe.each(SETS)('the storage of %s', (set) => {
  test('has every queue that the app reads or writes, with its poison queue', () => {
    const read = app.functions.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queueName] : []));
    const poison = read.filter((queue) => !queue.endsWith('-poison')).map((queue) => `${queue}-poison`);
    expect(read.length).toBeGreaterThan(10);
    const queues = lastNames(resourcesOf(set), `${storage}/queueServices/queues`);
    expect(queues).toEqual(expect.arrayContaining([...read, ...poison, ...named('QUEUE')]));
  });

  test('has every table', () => {
    expect(named('TABLE').length).toBeGreaterThanOrEqual(5);
    const tables = lastNames(resourcesOf(set), `${storage}/tableServices/tables`);
    expect(tables).toEqual(expect.arrayContaining([...named('TABLE')]));
  });

  test('has every container, and deletes what is in it in time, except for recipients of batches', () => {
    expect(named('CONTAINER').length).toBeGreaterThanOrEqual(3);
    const all = ofType(resourcesOf(set), `${storage}/blobServices/containers`);
    const data = all.filter(({ name }) => name.startsWith(`${dataAccount(set).name}/`));
    const containers = lastNames(data, `${storage}/blobServices/containers`);
    expect(containers).toEqual(expect.arrayContaining([...named('CONTAINER')]));
    const policy = JSON.stringify(only(resourcesOf(set), `${storage}/managementPolicies`));
    // The app deletes recipients of batches itself: when they were written says nothing of when they are needed last.
    const kept = containers.filter((container) => !policy.includes(`"${container}/"`));
    expect(new Set(kept)).toEqual(new Set(['sms-batches']));
  });

  test('keeps the package in an account of its own, which has nothing else', () => {
    const parts = resourcesOf(set).filter(({ type, name }) => {
      return type.startsWith(`${storage}/`) && name.startsWith(`${packageAccount(set).name}/`);
    });
    const containers = lastNames(parts, `${storage}/blobServices/containers`);
    expect(parts.map(({ name }) => name.split('/').at(-1)).filter((it) => it !== 'default')).toEqual(containers);
    const { value } = site.parse(only(resourcesOf(set), 'Microsoft.Web/sites')).properties.functionAppConfig.deployment
      .storage;
    expect(containers).toHaveLength(1);
    expect(value).toContain('packageStorage');
    expect(appSettings(set)['AzureWebJobsStorage__accountName']).toBe(dataAccount(set).name);
  });

  test('can restore what was deleted or overwritten for as long as is asked for, and packages for a month', () => {
    const days = Number(variableOf(set, 'BLOB_SOFT_DELETE_DAYS') ?? 7);
    const expected = days === 0 ? { enabled: false } : { enabled: true, days };
    const services = ofType(resourcesOf(set), `${storage}/blobServices`);
    const properties = (account: string) => services.find(({ name }) => name === `${account}/default`)?.['properties'];
    expect(properties(dataAccount(set).name)).toEqual({
      deleteRetentionPolicy: expected,
      containerDeleteRetentionPolicy: expected,
    });
    expect(properties(packageAccount(set).name)).toMatchObject({ deleteRetentionPolicy: { enabled: true, days: 30 } });
  });
});
