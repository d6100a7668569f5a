import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type App, loadApp } from '../rules/app.ts';
import {
  bicep,
  bicepTest,
  dataAccount,
  deployment,
  evaluateFunction,
  facts,
  idOf,
  lastNames,
  ofType,
  only,
  resourcesOf,
  SETS,
  variableOf,
} from './azure.ts';

let app: App;
beforeAll(async () => {
  app = await loadApp();
});

const ACS = 'Microsoft.Communication/communicationServices';
const TOPIC = 'Microsoft.EventGrid/systemTopics';
const SUBSCRIPTION = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';
const groupOf = (id: string) => id.split('/providers/')[0];

const linked = z.object({ linkedDomains: z.string().optional() }).loose();
const linkedDomains = (set: string) =>
  ofType(resourcesOf(set), ACS).flatMap((it) => linked.parse(it['properties']).linkedDomains ?? []);

describe('a created ACS resource', () => {
  test('links its Azure-managed domain and every domain that is named', () => {
    const ids = variableOf('ownEmailDomains', 'EMAIL_DOMAIN_IDS')?.split(/,\s*/) ?? [];
    expect(ids).toHaveLength(2);
    const [expression, ...others] = linkedDomains('ownEmailDomains');
    expect(others).toEqual([]);
    for (const id of ids) expect(expression).toContain(`'${id}'`);
    expect(expression).toContain('outputs.domainId');
  });

  test('keeps the domains that are linked to it already, which a later deployment would replace', () => {
    for (const set of ['defaults', 'ownEmailDomains']) {
      expect(linkedDomains(set)).toEqual([expect.stringContaining('outputs.linkedDomainIds')]);
    }
  });

  bicepTest('links no domain twice, whatever the case of its id, and unlinks none', () => {
    const [one, two, three] = ['/domains/one.com', '/domains/two.com', '/domains/three.com'];
    const linking = (wanted: readonly string[], now: readonly string[]) =>
      evaluateFunction('linkedDomains', 'domainsToLink', [wanted, now]);
    expect(linking([one], [])).toEqual([one]);
    expect(linking([one, two], [one.toUpperCase(), three])).toEqual([one, two, three]);
    expect(linking([one], [two, three])).toEqual([one, two, three]);
  });

  bicepTest('is updated only in the step that links domains, which comes after everything else', () => {
    const { resources } = compiledDeployment.parse(JSON.parse(bicep().template));
    const step = resources['linkedDomains'];
    const before = new Set(reachable(resources, step?.dependsOn ?? []));
    const modules = Object.entries(resources).flatMap(([name, it]) => (isDeployed(it) ? [name] : []));
    expect(modules.filter((name) => name !== 'linkedDomains' && !before.has(name))).toEqual([]);
    const created = Object.values(compiledDeployment.parse(resources['communication']?.properties?.template).resources);
    expect(created).toEqual([expect.objectContaining({ '@options': { onlyIfNotExists: expect.anything() } })]);
  });
});

const compiledResource = z.looseObject({
  type: z.string(),
  existing: z.boolean().optional(),
  dependsOn: z.array(z.string()).optional(),
  properties: z.looseObject({ template: z.unknown().optional() }).optional(),
});
type CompiledResource = z.output<typeof compiledResource>;
const compiledDeployment = z.looseObject({ resources: z.record(z.string(), compiledResource) });

const isDeployed = ({ type, existing }: CompiledResource) => type === 'Microsoft.Resources/deployments' && !existing;

function reachable(resources: Readonly<Record<string, CompiledResource>>, from: readonly string[]): readonly string[] {
  // One of several copies: `[format('zones[{0}]', …)]`.
  const names = from.map((it) => /^\[format\('(\w+)\[/.exec(it)?.[1] ?? it);
  return names.flatMap((name) => [name, ...reachable(resources, resources[name]?.dependsOn ?? [])]);
}

describe.each(['existingAcs', 'existingAcsAndTopic'])('with %s', (set) => {
  const id = variableOf(set, 'ACS_RESOURCE_ID') ?? '';

  test('neither an ACS resource nor an e-mail service is created or changed', () => {
    expect(resourcesOf(set).filter(({ type }) => type.startsWith('Microsoft.Communication/'))).toEqual([]);
  });

  test('nothing but a role, a topic and a subscription is put outside of the own resource group', () => {
    const { id: own } = only(resourcesOf(set), 'Microsoft.Resources/resourceGroups');
    const placed = resourcesOf(set).map((it) => ({ type: it.type, id: idOf(it) }));
    const outside = placed.filter((it) => !it.id.startsWith(own) && it.id.startsWith('/'));
    const topic = set === 'existingAcs' ? [TOPIC] : [];
    const expected = ['Microsoft.Authorization/roleAssignments', ...topic, SUBSCRIPTION];
    expect(outside).toHaveLength(expected.length);
    expect(new Set(outside.map(({ type }) => type))).toEqual(new Set(expected));
    expect(outside.find(({ type }) => type.endsWith('roleAssignments'))?.id).toContain(`${id}/providers/`);
  });

  test('the app and the outputs name it', () => {
    const settings = only(resourcesOf(set), 'Microsoft.Web/sites/config');
    expect(settings).toMatchObject({ properties: { ACS_RESOURCE_ID: id } });
    expect(deployment(set).outputs).toMatchObject({ ACS_NAME: id.split('/').at(-1), ACS_EMAIL_DOMAIN: '' });
  });
});

const eventGrid = facts(
  'eventGrid',
  z.object({
    topicType: z.string(),
    eventTypes: z.array(z.string()),
    globalLocation: z.string(),
    greatestDeliveryAttempts: z.int(),
    greatestTimeToLiveMinutes: z.int(),
  }),
);

const subscription = z.object({
  filter: z.object({ includedEventTypes: z.array(z.string()).min(1) }),
  deliveryWithResourceIdentity: z.object({
    identity: z.object({ type: z.literal('SystemAssigned') }),
    destination: z.object({
      endpointType: z.literal('StorageQueue'),
      properties: z.object({ resourceId: z.string(), queueName: z.string() }).loose(),
    }),
  }),
  deadLetterWithResourceIdentity: z.object({
    identity: z.object({ type: z.literal('SystemAssigned') }),
    deadLetterDestination: z.object({
      endpointType: z.literal('StorageBlob'),
      properties: z.object({ resourceId: z.string(), blobContainerName: z.string() }),
    }),
  }),
  retryPolicy: z.object({ maxDeliveryAttempts: z.int(), eventTimeToLiveInMinutes: z.int() }),
});

describe.each(SETS)('the events of ACS with %s', (set) => {
  const resources = resourcesOf(set);
  const { id, ...found } = only(resources, SUBSCRIPTION);
  const properties = subscription.parse(found['properties']);

  test('come to the queue that a function of the app reads', () => {
    const { queueName, resourceId } = properties.deliveryWithResourceIdentity.destination.properties;
    const reader = app.functions.find(({ trigger }) => trigger.kind === 'queue' && trigger.queueName === queueName);
    expect(reader?.name).toBe('recordAcsEvent');
    expect(resourceId).toBe(dataAccount(set).id);
  });

  test('are of types that ACS emits', () => {
    for (const type of properties.filter.includedEventTypes) expect(eventGrid.eventTypes).toContain(type);
  });

  test('are retried as often and as long as Event Grid can, then kept in a container that exists', () => {
    expect(properties.retryPolicy.maxDeliveryAttempts).toBe(eventGrid.greatestDeliveryAttempts);
    expect(properties.retryPolicy.eventTimeToLiveInMinutes).toBe(eventGrid.greatestTimeToLiveMinutes);
    const { blobContainerName } = properties.deadLetterWithResourceIdentity.deadLetterDestination.properties;
    expect(lastNames(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers')).toContain(
      blobContainerName,
    );
  });

  test('are subscribed at the topic that exists, or else at one beside the ACS resource', () => {
    const existing = variableOf(set, 'ACS_EVENT_TOPIC_ID');
    const topics = ofType(resources, TOPIC);
    if (existing) {
      expect(topics).toEqual([]);
      expect(id).toContain(`${existing}/eventSubscriptions/`);
      return;
    }
    const source = variableOf(set, 'ACS_RESOURCE_ID') ?? ofType(resources, ACS).at(0)?.id ?? '';
    expect(topics).toEqual([
      expect.objectContaining({
        location: eventGrid.globalLocation,
        identity: { type: 'SystemAssigned' },
        properties: { source, topicType: eventGrid.topicType },
      }),
    ]);
    expect(groupOf(topics.at(0)?.id ?? '')).toBe(groupOf(source));
  });
});
