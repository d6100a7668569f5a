import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  dataAccount,
  facts,
  lastNames,
  ofType,
  only,
  packageAccount,
  propertiesIn,
  resourcesOf,
  SETS,
  variableOf,
} from './azure.ts';

const sources = globSync('shared/**/*.ts').map((file) => readFileSync(file, 'utf8'));

/** Names of the metrics that the app records. */
const metrics = new Set(
  globSync('shared/telemetry/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/name: '(switchboard\.[\w.]+)'/g)].map(([, name = '']) => name),
  ),
);

/** Names of the attributes that the app gives to its metrics. */
const attributes = new Set(
  globSync('shared/telemetry/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bmeasure\(\w+, [^{}]*\{([^{}]*)\}/g)].flatMap(([, members = '']) =>
      members.split(',').map((it) => it.trim().split(':')[0] ?? ''),
    ),
  ),
);

const ruleProperties = z.object({
  enabled: z.literal(true),
  criteria: z.object({
    allOf: z.tuple([
      z.object({
        query: z.string(),
        dimensions: z.array(
          z.object({ name: z.string(), operator: z.literal('Include'), values: z.tuple([z.literal('*')]) }),
        ),
      }),
    ]),
  }),
  actions: z.object({ actionGroups: z.array(z.string()) }),
});

const rules = (set: string) =>
  ofType(resourcesOf(set), 'Microsoft.Insights/scheduledQueryRules').map(({ name, ...it }) => {
    const { criteria, actions } = ruleProperties.parse(it['properties']);
    const [{ query, dimensions }] = criteria.allOf;
    return { name, query, dimensions: dimensions.map((it) => it.name), actionGroups: actions.actionGroups };
  });

describe.each(rules('defaults'))('the alert $name', ({ query, dimensions }) => {
  test('asks for attributes that metrics have, and fires for each value of what it counts by', () => {
    const asked = [...query.matchAll(/customDimensions\.(\w+)/g)].map(([, name = '']) => name);
    for (const name of asked) expect(attributes).toContain(name);
    const by = / by ([\w, ]+)/.exec(query)?.[1]?.trim().split(', ') ?? [];
    expect(dimensions).toEqual(by);
  });

  test('asks for metrics and words that the app writes, or for poison queues that exist', () => {
    const asked = [...query.matchAll(/name == "([^"]+)"/g)].map(([, name = '']) => name);
    const words = [...query.matchAll(/message has "([^"]+)"/g)].map(([, word = '']) => word);
    const queues = [...query.matchAll(/Uri contains "([^"/]+)\/messages"/g)].map(([, ending = '']) => ending);
    expect(asked.length + words.length + queues.length).toBe(1);
    for (const name of asked) expect(metrics).toContain(name);
    for (const word of words)
      expect(
        sources.some((text) => text.includes(`'${word}'`)),
        word,
      ).toBe(true);
    for (const ending of queues) {
      const names = lastNames(resourcesOf('defaults'), 'Microsoft.Storage/storageAccounts/queueServices/queues');
      expect(names.filter((name) => name.endsWith(ending)).length).toBeGreaterThan(10);
    }
  });
});

test('there are alerts on volume for each client, on limits that are reached, and on requests that are denied', () => {
  const asking = (words: RegExp) => rules('defaults').filter(({ query }) => words.test(query));
  expect(asking(/"switchboard\.client\.recipients".* by client \| where recipients > \d+$/)).toHaveLength(1);
  expect(asking(/"switchboard\.client\.limit_exceeded".* by client, limit$/)).toHaveLength(1);
  expect(asking(/"switchboard\.operations" and toint\(customDimensions\.status\) == 401 .*> \d+$/)).toHaveLength(1);
});

test('an alert tolerates what is given for it', () => {
  expect(variableOf('allSettings', 'ALERT_THRESHOLDS')).toBe('{"clientRecipients":50000}');
  const tolerated = (set: string) => rules(set).flatMap(({ query }) => query.match(/recipients > \d+/) ?? []);
  expect([tolerated('defaults'), tolerated('allSettings')]).toEqual([['recipients > 1000'], ['recipients > 50000']]);
});

test('alerts go to the action group that is given, if any', () => {
  for (const set of SETS) {
    const group = variableOf(set, 'ALERT_ACTION_GROUP_ID');
    const expected = group ? [group] : [];
    expect(rules(set).map(({ actionGroups }) => actionGroups)).toEqual(rules(set).map(() => expected));
  }
});

const { categories, withRecipients } = facts(
  'logCategories',
  z.object({ categories: z.record(z.string(), z.array(z.string())), withRecipients: z.array(z.string()) }),
);

const logging = z.object({
  properties: z.object({
    workspaceId: z.string().min(1),
    logs: z.array(z.object({ category: z.string().optional(), enabled: z.literal(true) })).min(1),
  }),
});

/** What is logged of each resource, by the last parts of its type and name. */
function logs(set: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    ofType(resourcesOf(set), 'Microsoft.Insights/diagnosticSettings').map((it) => {
      const scope = it.id.split('/providers/Microsoft.Insights/')[0]?.split('/providers/').at(-1) ?? '';
      const named = logging.parse(it).properties.logs.flatMap(({ category }) => category ?? []);
      return [scope.replace('Microsoft.Storage/storageAccounts/', ''), named];
    }),
  );
}

const STORAGE_SERVICES = ['blobServices', 'queueServices', 'tableServices'];

describe.each(SETS)('the logs of %s', (set) => {
  test('are of categories that exist', () => {
    for (const [scope, named] of logs(set)) {
      const type = STORAGE_SERVICES.find((it) => scope.includes(it)) ?? scope.split('/').slice(0, 2).join('/');
      const documented = categories[type.includes('/') ? type : `Microsoft.Storage/storageAccounts/${type}`];
      for (const category of named) expect(documented, scope).toContain(category);
    }
  });

  test('have what is written to and deleted from each storage service, and reads of the package', () => {
    for (const service of STORAGE_SERVICES) {
      const data = logs(set).get(`${dataAccount(set).name}/${service}/default`);
      const reads = variableOf(set, 'LOG_STORAGE_READS') === 'true' ? ['StorageRead'] : [];
      expect(new Set(data)).toEqual(new Set(['StorageWrite', 'StorageDelete', ...reads]));
      const code = logs(set).get(`${packageAccount(set).name}/${service}/default`);
      expect(new Set(code)).toEqual(new Set(['StorageRead', 'StorageWrite', 'StorageDelete']));
    }
  });

  test('have what is read from the vault', () => {
    const settings = ofType(resourcesOf(set), 'Microsoft.Insights/diagnosticSettings');
    const audit = settings.find(({ id }) => id.includes('/Microsoft.KeyVault/vaults/'));
    expect(audit).toMatchObject({ properties: { logs: [{ categoryGroup: 'audit', enabled: true }] } });
  });

  test('have the operations of an ACS resource that is created, and leave one of others alone', () => {
    const acs = [...logs(set)].filter(([scope]) => scope.startsWith('Microsoft.Communication/'));
    expect(acs).toHaveLength(variableOf(set, 'ACS_RESOURCE_ID') ? 0 : 1);
  });
});

test('no recipient is named in the logs of ACS unless that is asked for', () => {
  const named = [...logs('defaults')].flatMap(([, it]) => it);
  expect(named).toContain('AuthOperational');
  expect(named.filter((it) => withRecipients.includes(it))).toEqual([]);
});

// Azure refuses a second setting for the same category and workspace, under which earlier deployments have this one.
test('the log of queues keeps its name', () => {
  const settings = ofType(resourcesOf('defaults'), 'Microsoft.Insights/diagnosticSettings');
  const queues = settings.filter(({ id }) => id.includes(`/${dataAccount('defaults').name}/queueServices/`));
  expect(queues.map(({ name }) => name)).toEqual(['queue-writes']);
});

test('the workbook shows every metric that the app records, and no other', () => {
  const { properties } = only(resourcesOf('defaults'), 'Microsoft.Insights/workbooks');
  const { serializedData } = z.object({ serializedData: z.string() }).parse(properties);
  const content: unknown = JSON.parse(serializedData);
  const queries = [...propertiesIn(content)].flatMap(([name, value]) => (name === 'query' ? [String(value)] : []));
  const shown = queries.map((query) => /name == '([^']+)'/.exec(query)?.[1] ?? query);
  expect(new Set(shown)).toEqual(metrics);
  const { id } = only(resourcesOf('defaults'), 'Microsoft.Insights/components');
  expect(content).toMatchObject({ fallbackResourceIds: [id] });
});
