import { expect } from 'vitest';
import * as z from 'zod';
import { azureTest, lastNames, ofType, only, templates } from './azure.ts';

/** @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES: Readonly<Record<string, string>> = {
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'b7e6dc6d-f1e5-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '09976791-48a7-449e-bb21-39d1a415f350': 'Communication and Email Service Owner',
};

const assignment = z.object({
  id: z.string(),
  properties: z.object({
    principalId: z.string(),
    principalType: z.literal('ServicePrincipal'),
    roleDefinitionId: z.string(),
  }),
});

type Resources = ReturnType<typeof templates>['plain'];

/** `who: role on scope` for each assignment, with `*` for the part of names that is own to the deployment. */
function assignments(resources: Resources): readonly string[] {
  const own = only(resources, 'Microsoft.Web/sites').name.replace('func-', '');
  const made = lastNames(resources, 'Microsoft.Authorization/roleDefinitions');
  return ofType(resources, 'Microsoft.Authorization/roleAssignments').map((resource) => {
    const { id, properties } = assignment.parse(resource);
    const [scope = ''] = id.split('/providers/Microsoft.Authorization/roleAssignments/');
    const role = properties.roleDefinitionId.split('/').at(-1) ?? '';
    const roleName = made.includes(role) ? 'Switchboard sender' : ROLES[role];
    const who = properties.principalId.includes('/systemTopics/') ? 'events' : 'app';
    return `${who}: ${roleName} on ${scope.split('/providers/').at(-1)?.replaceAll(own, '*')}`;
  });
}

const EXPECTED = [
  'app: Key Vault Secrets User on Microsoft.KeyVault/vaults/kv-*',
  'app: Monitoring Metrics Publisher on Microsoft.Insights/components/appi-*',
  'app: Storage Blob Data Owner on Microsoft.Storage/storageAccounts/st*',
  'app: Storage Queue Data Contributor on Microsoft.Storage/storageAccounts/st*',
  'app: Storage Table Data Contributor on Microsoft.Storage/storageAccounts/st*',
  'app: Switchboard sender on Microsoft.Communication/communicationServices/acs-*',
  'events: Storage Blob Data Contributor on Microsoft.Storage/storageAccounts/st*/blobServices/default/containers/dead-letters',
  'events: Storage Queue Data Message Sender on Microsoft.Storage/storageAccounts/st*/queueServices/default/queues/acs-events',
];

function expectRoles(resources: Resources, expected: readonly string[]): void {
  const found = assignments(resources);
  expect(new Set(found)).toEqual(new Set(expected));
  expect(found).toHaveLength(expected.length);
}

azureTest('nobody has another role than these, each on the narrowest scope', () => {
  expectRoles(templates().plain, EXPECTED);
});

azureTest('where no role may be made, a given one takes its place', () => {
  const given = EXPECTED.map((it) => it.replace('Switchboard sender', 'Communication and Email Service Owner'));
  expectRoles(templates().full, given);
});

azureTest('the role that is made sees no key and deletes nothing', () => {
  expect(only(templates().plain, 'Microsoft.Authorization/roleDefinitions')).toMatchObject({
    properties: {
      permissions: [
        {
          actions: [
            'Microsoft.Communication/CommunicationServices/Read',
            'Microsoft.Communication/CommunicationServices/Write',
            'Microsoft.Communication/EmailServices/Write',
          ],
        },
      ],
    },
  });
});
