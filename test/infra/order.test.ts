import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { bicep, bicepTest, facts, lastNames, ofType, only, propertiesIn, resourcesOf, SETS } from './azure.ts';

const compiled = z.looseObject({
  resources: z.record(
    z.string(),
    z.looseObject({ condition: z.string().optional(), dependsOn: z.array(z.string()).default([]) }),
  ),
});

/** The modules that are deployed before a module. One that may be left out holds nothing back that comes before itself. */
function before(module: string): readonly string[] {
  const { resources } = compiled.parse(JSON.parse(bicep().template));
  const behind = (name: string): readonly string[] => (resources[name]?.dependsOn ?? []).flatMap(reachable);
  const reachable = (name: string): readonly string[] => [name, ...(resources[name]?.condition ? [] : behind(name))];
  return behind(module);
}

describe('the order of deployment', () => {
  bicepTest.each([
    ['functions', 'storage', 'the roles by which the host starts'],
    ['functions', 'packageStorage', 'its deployment container, and the role by which it loads the package'],
    ['functions', 'keyVault', 'the role by which its settings are resolved, and the secret'],
    ['functions', 'acsAccess', 'its role on the ACS resource'],
    ['functions', 'monitoring', 'its role on Application Insights'],
    ['functions', 'privateEndpoints', 'the way to its storage'],
    [
      'eventSubscription',
      'eventDelivery',
      'the roles of the topic, see https://learn.microsoft.com/azure/event-grid/managed-service-identity',
    ],
    ['eventDelivery', 'createdTopic', 'the identity of the topic'],
    ['eventDelivery', 'storage', 'the queue and the container of the roles'],
    ['acsAccess', 'communication', 'the ACS resource'],
    ['privateEndpoints', 'storage', 'a storage account with which no other operation is in progress'],
    ['privateEndpoints', 'packageStorage', 'the same'],
    ['communicationLogs', 'communication', 'the ACS resource'],
  ])('%s come after %s: %s', (later, earlier) => {
    expect(before(later)).toContain(earlier);
  });
});

const ONCE = 'onlyIfNotExists';

// https://github.com/Azure/bicep/issues/18603
bicepTest('what is created only once is in a template of the language version that knows this', () => {
  const templates = [...propertiesIn(JSON.parse(bicep().template))].filter(([name]) => name === 'template');
  const once = templates.filter(([, template]) => JSON.stringify(template).includes(`"${ONCE}"`));
  expect(once).toHaveLength(2);
  for (const [, template] of once) expect(template).toMatchObject({ languageVersion: '2.0' });
});

const { leastVersion } = facts('azd', z.object({ leastVersion: z.string() }));

test('an azd is refused whose Bicep does not know it, or which takes a deleted group for one that needs no deployment', () => {
  const project = z.object({ requiredVersions: z.object({ azd: z.string() }) });
  const { requiredVersions } = project.parse(parse(readFileSync('azure.yaml', 'utf8')));
  expect(requiredVersions.azd).toBe(`>= ${leastVersion}`);
});

const { properties } = facts(
  'requiredProperties',
  z.object({ properties: z.array(z.object({ type: z.string(), required: z.record(z.string(), z.unknown()) })) }),
);

describe.each(SETS)('%s', (set) => {
  test.each(
    properties.flatMap(({ type, required }) => ofType(resourcesOf(set), type).map((it) => ({ type, required, it }))),
  )('has the properties without which Azure refuses $type, or which it does not offer any more', ({ required, it }) => {
    expect(it).toMatchObject(required);
  });

  test('has an Application Insights resource on its workspace, since Azure creates no classic ones', () => {
    const { id } = only(resourcesOf(set), 'Microsoft.OperationalInsights/workspaces');
    expect(only(resourcesOf(set), 'Microsoft.Insights/components')).toMatchObject({
      properties: { WorkspaceResourceId: id },
    });
  });

  test('names an e-mail domain that Azure manages as Azure does', () => {
    const { azureManagedDomainName } = facts('requiredProperties', z.object({ azureManagedDomainName: z.string() }));
    const managed = ofType(resourcesOf(set), 'Microsoft.Communication/emailServices/domains');
    const names = lastNames(managed, 'Microsoft.Communication/emailServices/domains');
    expect(names).toEqual(managed.map(() => azureManagedDomainName));
  });
});
