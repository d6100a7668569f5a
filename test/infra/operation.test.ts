import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { lastNames, ofType, only, propertiesIn, resourcesOf, SETS, variableOf } from './azure.ts';

const sources = globSync('shared/**/*.ts').map((file) => readFileSync(file, 'utf8'));

/** Names of the metrics that the app records. */
const metrics = new Set(
  globSync('shared/telemetry/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/name: '(switchboard\.[\w.]+)'/g)].map(([, name = '']) => name),
  ),
);

const ruleProperties = z.object({
  enabled: z.literal(true),
  criteria: z.object({ allOf: z.tuple([z.object({ query: z.string() })]) }),
  actions: z.object({ actionGroups: z.array(z.string()) }),
});

const rules = (set: string) =>
  ofType(resourcesOf(set), 'Microsoft.Insights/scheduledQueryRules').map(({ name, ...it }) => {
    const { criteria, actions } = ruleProperties.parse(it['properties']);
    return { name, query: criteria.allOf[0].query, actionGroups: actions.actionGroups };
  });

describe.each(rules('defaults'))('the alert $name', ({ query }) => {
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

test('alerts go to the action group that is given, if any', () => {
  for (const set of SETS) {
    const group = variableOf(set, 'ALERT_ACTION_GROUP_ID');
    const expected = group ? [group] : [];
    expect(rules(set).map(({ actionGroups }) => actionGroups)).toEqual(rules(set).map(() => expected));
  }
});

test('what is put on queues and read from the vault is logged', () => {
  const logged = lastNames(resourcesOf('defaults'), 'Microsoft.Insights/diagnosticSettings');
  expect(new Set(logged)).toEqual(new Set(['queue-writes', 'audit']));
  expect(JSON.stringify(ofType(resourcesOf('defaults'), 'Microsoft.Insights/diagnosticSettings'))).toContain(
    'StorageWrite',
  );
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
