import { describe, expect } from 'vitest';
import * as z from 'zod';
import { azureTest, lastNames, ofType, only, propertiesIn, templates } from './azure.ts';

/** What a property must be wherever it stands, and the types that must have it. */
const RULES: readonly (readonly [property: string, allowed: readonly unknown[], types: readonly string[]])[] = [
  ['allowSharedKeyAccess', [false], ['Microsoft.Storage/storageAccounts']],
  ['isLocalUserEnabled', [false], ['Microsoft.Storage/storageAccounts']],
  ['allowBlobPublicAccess', [false], ['Microsoft.Storage/storageAccounts']],
  ['supportsHttpsTrafficOnly', [true], ['Microsoft.Storage/storageAccounts']],
  ['minimumTlsVersion', ['TLS1_2', 'TLS1_3'], ['Microsoft.Storage/storageAccounts']],
  ['publicAccess', ['None'], ['Microsoft.Storage/storageAccounts/blobServices/containers']],
  [
    'disableLocalAuth',
    [true],
    ['Microsoft.Communication/communicationServices', 'Microsoft.OperationalInsights/workspaces'],
  ],
  ['DisableLocalAuth', [true], ['Microsoft.Insights/components']],
  ['httpsOnly', [true], ['Microsoft.Web/sites']],
  ['minTlsVersion', ['1.2', '1.3'], ['Microsoft.Web/sites']],
  ['scmMinTlsVersion', ['1.2', '1.3'], ['Microsoft.Web/sites']],
  ['ftpsState', ['Disabled'], ['Microsoft.Web/sites']],
  ['allow', [false], ['Microsoft.Web/sites/basicPublishingCredentialsPolicies']],
  ['enableRbacAuthorization', [true], ['Microsoft.KeyVault/vaults']],
  ['enablePurgeProtection', [true], ['Microsoft.KeyVault/vaults']],
];

describe.each(RULES)('%s', (property, allowed, types) => {
  const valuesIn = (resource: unknown) => [...propertiesIn(resource)].filter(([name]) => name === property);

  azureTest(`is ${allowed.join(' or ')} wherever it stands`, () => {
    for (const [, value] of valuesIn(templates().plain)) expect(allowed).toContain(value);
  });

  azureTest(`stands at ${types.join(' and ')}`, () => {
    const resources = types.flatMap((type) => ofType(templates().plain, type));
    expect(resources.length).toBeGreaterThanOrEqual(types.length);
    for (const resource of resources) expect(valuesIn(resource), resource.id).toHaveLength(1);
  });
});

azureTest('nobody publishes by user name and password', () => {
  const policies = lastNames(templates().plain, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
  expect(policies).toEqual(['ftp', 'scm']);
});

azureTest('storage and vault are open to networks by default, and to one network only when asked', () => {
  const access = (resources: ReturnType<typeof templates>['plain']) =>
    ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults'].map((type) => {
      const { properties } = only(resources, type);
      return [Reflect.get(Object(properties), 'publicNetworkAccess'), Reflect.get(Object(properties), 'networkAcls')];
    });
  const open = ['Enabled', { defaultAction: 'Allow', bypass: 'AzureServices' }];
  const closed = ['Disabled', { defaultAction: 'Deny', bypass: 'AzureServices' }];
  expect(access(templates().plain)).toEqual([open, open]);
  expect(access(templates().full)).toEqual([closed, closed]);
});

azureTest('the private network reaches each service of the app, and the app is in it', () => {
  const groups = ofType(templates().full, 'Microsoft.Network/privateEndpoints').flatMap((endpoint) =>
    [...propertiesIn(endpoint)].flatMap(([name, value]) => (name === 'groupIds' ? (value as string[]) : [])),
  );
  expect(groups).toEqual(['blob', 'queue', 'table', 'vault']);
  expect(ofType(templates().full, 'Microsoft.Network/privateDnsZones')).toHaveLength(4);
  expect(only(templates().full, 'Microsoft.Web/sites')).toMatchObject({
    properties: { virtualNetworkSubnetId: expect.stringContaining('functionsSubnetId') },
  });
  expect(templates().plain.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
});

const outputs = z.record(z.string(), z.object({ type: z.string(), value: z.string() }));
const parameters = z.record(z.string(), z.object({ type: z.string().optional() }));

/** All parts of one kind of the template and of the templates within it. */
const partsOf = (name: string): readonly unknown[] =>
  [...propertiesIn({ template: JSON.parse(templates().template) })].flatMap(([at, value]) =>
    at === 'template' ? [Reflect.get(Object(value), name) ?? {}] : [],
  );

azureTest('no key is read', () => {
  expect(templates().template).not.toMatch(/\blist[A-Z]\w*\s*\(|\blist\(/);
});

azureTest('no output has a secret', () => {
  const all = partsOf('outputs').flatMap((it) => Object.entries(outputs.parse(it)));
  expect(all.length).toBeGreaterThan(5);
  for (const [name, { type, value }] of all) {
    expect(type, name).toBe('string');
    expect(value, name).not.toMatch(/parameters\('clients'\)|ConnectionString|InstrumentationKey|sharedKey/i);
  }
});

azureTest('the keys of clients are a secure parameter on their whole way', () => {
  const types = partsOf('parameters').flatMap((it) => parameters.parse(it)['clients']?.type ?? []);
  expect(types).toEqual(['securestring', 'securestring']);
});
