import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  bicep,
  bicepTest,
  dataAccount,
  facts,
  ofType,
  only,
  packageAccount,
  propertiesIn,
  resourcesOf,
  SETS,
  variableOf,
} from './azure.ts';

const PRIVATE = ['privateNetwork', 'allSettings'];

const network = z.object({
  publicNetworkAccess: z.string(),
  networkAcls: z.object({ defaultAction: z.string(), bypass: z.string() }),
});

test.each(SETS)('storage and vault are open to one network only where that is asked for: %s', (set) => {
  const vault = only(resourcesOf(set), 'Microsoft.KeyVault/vaults');
  const access = [dataAccount(set), packageAccount(set), vault].map((it) => {
    const { publicNetworkAccess, networkAcls } = network.parse(it['properties']);
    return `${publicNetworkAccess}, ${networkAcls.defaultAction}, ${networkAcls.bypass}`;
  });
  // Event Grid has no other way to its queue than as a trusted Azure service. Nothing has to reach the package so.
  const expected = PRIVATE.includes(set)
    ? ['Disabled, Deny, AzureServices', 'Disabled, Deny, None', 'Disabled, Deny, AzureServices']
    : Array(3).fill('Enabled, Allow, AzureServices');
  expect(access).toEqual(expected);
});

const dns = facts(
  'privateDnsZones',
  z.object({
    publicCloudStorageSuffix: z.string(),
    zones: z.record(z.string(), z.record(z.string(), z.string())),
  }),
);

const endpoint = z.object({
  properties: z.object({
    privateLinkServiceConnections: z.tuple([
      z.object({ properties: z.object({ privateLinkServiceId: z.string(), groupIds: z.tuple([z.string()]) }) }),
    ]),
  }),
});
const zoneGroup = z.object({
  properties: z.object({
    privateDnsZoneConfigs: z.tuple([z.object({ properties: z.object({ privateDnsZoneId: z.string() }) })]),
  }),
});

/** Zone names as the public cloud has them: the snapshot leaves the suffix of storage to the cloud. */
const zoneNames = (set: string) =>
  ofType(resourcesOf(set), 'Microsoft.Network/privateDnsZones').map(({ name }) =>
    name.replace(
      /^\[format\('(.*)\{0\}', environment\(\)\.suffixes\.storage\)\]$/,
      `$1${dns.publicCloudStorageSuffix}`,
    ),
  );

/** What each private endpoint leads to, by which zone it is found: `package blob: privatelink.blob…`. */
function endpoints(set: string): readonly string[] {
  const found = ofType(resourcesOf(set), 'Microsoft.Network/privateEndpoints');
  const groups = ofType(resourcesOf(set), 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups');
  return found.map((it, index) => {
    const [{ properties }] = endpoint.parse(it).properties.privateLinkServiceConnections;
    const [zone] = zoneGroup.parse(groups[index]).properties.privateDnsZoneConfigs;
    const target = /'(\w+)-\{0\}'/.exec(properties.privateLinkServiceId)?.[1];
    const zoneIndex = Number(
      /format\('privateDnsZones-\{0\}-\{1\}', (\d+)/.exec(zone.properties.privateDnsZoneId)?.[1],
    );
    return `${target} ${properties.groupIds[0]}: ${zoneNames(set)[zoneIndex]}`;
  });
}

describe.each(PRIVATE)('the private network of %s', (set) => {
  test('has an endpoint for each service that the app uses, and the zone that is documented for it', () => {
    const storage = dns.zones['Microsoft.Storage/storageAccounts'] ?? {};
    const vault = dns.zones['Microsoft.KeyVault/vaults'] ?? {};
    expect(new Set(endpoints(set))).toEqual(
      new Set([
        ...Object.entries(storage).map(([group, zone]) => `storage ${group}: ${zone}`),
        `packageStorage blob: ${storage['blob']}`,
        ...Object.entries(vault).map(([group, zone]) => `keyVault ${group}: ${zone}`),
      ]),
    );
    const documented = Object.values(dns.zones).flatMap((zones) => Object.values(zones));
    expect(zoneNames(set)).toEqual(documented);
  });

  test('is the app’s, by the delegation that its plan needs', () => {
    const { subnetDelegation } = facts('flexConsumption', z.object({ subnetDelegation: z.string() }));
    const delegations = [...propertiesIn(only(resourcesOf(set), 'Microsoft.Network/virtualNetworks'))];
    expect(delegations.flatMap(([name, value]) => (name === 'serviceName' ? [value] : []))).toEqual([subnetDelegation]);
    expect(only(resourcesOf(set), 'Microsoft.Web/sites')).toMatchObject({
      properties: { virtualNetworkSubnetId: expect.stringContaining('functionsSubnetId') },
    });
  });
});

test('there is no network without that', () => {
  for (const set of SETS.filter((it) => !PRIVATE.includes(it))) {
    expect(resourcesOf(set).filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
  }
});

const copied = z.object({ resources: z.looseObject({ privateEndpoints: z.looseObject({ copy: z.unknown() }) }) });

bicepTest('private endpoints are deployed one after the other, for an account refuses two at a time', () => {
  const { resources } = copied.parse(JSON.parse(bicep().template));
  expect(resources.privateEndpoints.copy).toMatchObject({ mode: 'serial', batchSize: 1 });
});

const restrictions = facts(
  'accessRestrictions',
  z.object({
    frontDoor: z.object({ tag: z.string(), ipAddress: z.string(), header: z.string() }),
    greatestNumberOfRules: z.int(),
  }),
);

const site = z.object({
  properties: z.object({
    siteConfig: z.object({
      ipSecurityRestrictions: z.array(
        z.object({
          name: z.string(),
          action: z.literal('Allow'),
          priority: z.int(),
          ipAddress: z.string(),
          tag: z.string().optional(),
          headers: z.record(z.string(), z.array(z.string())).optional(),
        }),
      ),
      ipSecurityRestrictionsDefaultAction: z.string(),
      scmIpSecurityRestrictionsUseMain: z.literal(false),
    }),
  }),
});
const inbound = (set: string) => site.parse(only(resourcesOf(set), 'Microsoft.Web/sites')).properties.siteConfig;

test('who may call is left as it is unless that is restricted: an operator may have done so in the portal', () => {
  for (const set of SETS.filter((it) => it !== 'allSettings')) {
    const { properties } = only(resourcesOf(set), 'Microsoft.Web/sites');
    expect(JSON.stringify(properties)).not.toMatch(/SecurityRestrictions/i);
  }
});

test('the ranges that are given may call, single addresses as ranges of one, and nothing else', () => {
  const { ipSecurityRestrictions, ipSecurityRestrictionsDefaultAction } = inbound('allSettings');
  expect(ipSecurityRestrictionsDefaultAction).toBe('Deny');
  const ranges = ipSecurityRestrictions.filter(({ tag }) => tag === undefined).map(({ ipAddress }) => ipAddress);
  expect(variableOf('allSettings', 'ALLOWED_IP_RANGES')).toBe('203.0.113.0/24, 198.51.100.7,2001:db8::1');
  expect(ranges).toEqual(['203.0.113.0/24', '198.51.100.7/32', '2001:db8::1/128']);
  const priorities = ipSecurityRestrictions.map(({ priority }) => priority);
  expect(new Set(priorities).size).toBe(priorities.length);
});

test('of Front Door, only the profile that is given may call', () => {
  const { tag, ipAddress, header } = restrictions.frontDoor;
  const rules = inbound('allSettings').ipSecurityRestrictions.filter((it) => it.tag !== undefined);
  expect(rules).toEqual([
    expect.objectContaining({
      tag,
      ipAddress,
      headers: { [header]: [variableOf('allSettings', 'FRONT_DOOR_ID')] },
    }),
  ]);
});
