import { describe, expect } from 'vitest';
import * as z from 'zod';
import { azureTest, lastNames, ofType, only, propertiesIn, templates } from './azure.ts';

azureTest('the events of ACS come to the queue by the identity of their topic', () => {
  expect(only(templates().plain, 'Microsoft.EventGrid/systemTopics')).toMatchObject({
    identity: { type: 'SystemAssigned' },
    properties: { topicType: 'Microsoft.Communication.CommunicationServices' },
  });
  expect(only(templates().plain, 'Microsoft.EventGrid/systemTopics/eventSubscriptions')['properties']).toEqual({
    eventDeliverySchema: 'EventGridSchema',
    filter: {
      includedEventTypes: [
        'Microsoft.Communication.SMSReceived',
        'Microsoft.Communication.SMSDeliveryReportReceived',
        'Microsoft.Communication.EmailDeliveryReportReceived',
      ],
    },
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' },
      destination: {
        endpointType: 'StorageQueue',
        properties: {
          resourceId: only(templates().plain, 'Microsoft.Storage/storageAccounts').id,
          queueName: 'acs-events',
          queueMessageTimeToLiveInSeconds: -1,
        },
      },
    },
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' },
      deadLetterDestination: {
        endpointType: 'StorageBlob',
        properties: {
          resourceId: only(templates().plain, 'Microsoft.Storage/storageAccounts').id,
          blobContainerName: 'dead-letters',
        },
      },
    },
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
  });
});

azureTest('mail goes out by a domain that is linked to the ACS resource', () => {
  const domain = only(templates().plain, 'Microsoft.Communication/emailServices/domains');
  expect(only(templates().plain, 'Microsoft.Communication/communicationServices')).toMatchObject({
    properties: { linkedDomains: [domain.id] },
  });
});

const ALERTS: readonly (readonly [rule: string, words: string])[] = [
  ['failed-share', 'switchboard.operations'],
  ['poison-message', '-poison/messages'],
  ['unsent-chunk', 'switchboard.batch.oldest_unsent_chunk_seconds'],
  ['upstream-denied', 'UpstreamDenied'],
];

const ruleProperties = z.object({
  enabled: z.literal(true),
  criteria: z.object({ allOf: z.tuple([z.object({ query: z.string() })]) }),
  actions: z.object({ actionGroups: z.array(z.string()) }),
});

const rules = (resources: ReturnType<typeof templates>['plain']) =>
  ofType(resources, 'Microsoft.Insights/scheduledQueryRules');

describe.each(ALERTS)('the alert %s', (rule, words) => {
  azureTest('asks for what it is about', () => {
    const found = rules(templates().plain).filter(({ name }) => name.endsWith(`-${rule}`));
    const queries = found.map((it) => ruleProperties.parse(it['properties']).criteria.allOf[0].query);
    expect(queries).toEqual([expect.stringContaining(words)]);
  });
});

azureTest('alerts tell the action group, if there is one', () => {
  const told = (resources: ReturnType<typeof templates>['plain']) =>
    rules(resources).map((it) => ruleProperties.parse(it['properties']).actions.actionGroups.length);
  expect(told(templates().plain)).toEqual(ALERTS.map(() => 0));
  expect(told(templates().full)).toEqual(ALERTS.map(() => 1));
});

azureTest('what is put on queues and read from the vault is logged', () => {
  const logged = lastNames(templates().plain, 'Microsoft.Insights/diagnosticSettings');
  expect(new Set(logged)).toEqual(new Set(['queue-writes', 'audit']));
  expect(JSON.stringify(ofType(templates().plain, 'Microsoft.Insights/diagnosticSettings'))).toContain('StorageWrite');
});

const METRICS = [
  'switchboard.batch.oldest_unsent_chunk_seconds',
  'switchboard.batch.recipients',
  'switchboard.email.status_reads',
  'switchboard.operations',
  'switchboard.paced.delay',
  'switchboard.upstream.duration',
  'switchboard.upstream.throttled',
];

azureTest('the workbook shows every metric, and no other', () => {
  const { properties } = only(templates().plain, 'Microsoft.Insights/workbooks');
  const { serializedData } = z.object({ serializedData: z.string() }).parse(properties);
  const content: unknown = JSON.parse(serializedData);
  const queries = [...propertiesIn(content)].flatMap(([name, value]) => (name === 'query' ? [String(value)] : []));
  const shown = queries.flatMap((query) => /name == '([^']+)'/.exec(query)?.[1] ?? []);
  expect(shown).toHaveLength(queries.length);
  expect(new Set(shown)).toEqual(new Set(METRICS));
  const { id } = only(templates().plain, 'Microsoft.Insights/components');
  expect(content).toMatchObject({ fallbackResourceIds: [id] });
});
