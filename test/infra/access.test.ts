import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bicep, bicepTest, facts, lastNames, ofType, propertiesIn, resourcesOf, SETS, variableOf } from './azure.ts';

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

/** One set turns purge protection off, as for a trial. */
const isForProduction = (set: string) => variableOf(set, 'KEY_VAULT_PURGE_PROTECTION') !== 'false';

describe.each(RULES)('%s', (property, allowed, types) => {
  const valuesIn = (resource: unknown) => [...propertiesIn(resource)].filter(([name]) => name === property);

  test(`is ${allowed.join(' or ')} wherever it occurs`, () => {
    for (const [, value] of SETS.filter(isForProduction).flatMap((set) => valuesIn(resourcesOf(set)))) {
      expect(allowed).toContain(value);
    }
  });

  test(`is set at ${types.join(' and ')}`, () => {
    const resources = types.flatMap((type) => ofType(resourcesOf('defaults'), type));
    expect(resources.length).toBeGreaterThanOrEqual(types.length);
    for (const resource of resources) expect(valuesIn(resource), resource.id).toHaveLength(1);
  });
});

test('publishing with user name and password is disabled', () => {
  const policies = lastNames(resourcesOf('defaults'), 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
  expect(policies).toEqual(['ftp', 'scm']);
});

const { versions } = facts('apiVersions', z.object({ versions: z.record(z.string(), z.array(z.string())) }));

test.each(SETS)('each API version is one that every region offers: %s', (set) => {
  for (const { type, apiVersion } of resourcesOf(set)) {
    const [provider, kind] = type.split('/');
    expect(versions[`${provider}/${kind}`], type).toContain(apiVersion);
  }
});

const outputs = z.record(z.string(), z.object({ type: z.string(), value: z.unknown() }));
const parameters = z.record(z.string(), z.object({ type: z.string().optional() }));

/** All parts of one kind of the template and of the templates within it. */
const partsOf = (name: string): readonly unknown[] =>
  [...propertiesIn({ template: JSON.parse(bicep().template) })].flatMap(([at, value]) =>
    at === 'template' ? [Reflect.get(Object(value), name) ?? {}] : [],
  );

bicepTest('no key is read', () => {
  expect(bicep().template).not.toMatch(/\blist[A-Z]\w*\s*\(|\blist\(/);
});

bicepTest('no output has a secret', () => {
  const all = partsOf('outputs').flatMap((it) => Object.entries(outputs.parse(it)));
  expect(all.length).toBeGreaterThan(5);
  for (const [name, { type, value }] of all) {
    expect(type, name).not.toMatch(/^secure/);
    expect(JSON.stringify(value), name).not.toMatch(
      /parameters\('clients'\)|ConnectionString|InstrumentationKey|sharedKey/i,
    );
  }
});

bicepTest('the keys of clients are a secure parameter on their whole way', () => {
  const types = partsOf('parameters').flatMap((it) => parameters.parse(it)['clients']?.type ?? []);
  expect(types).toEqual(['securestring', 'securestring']);
});
