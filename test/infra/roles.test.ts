import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  bicep,
  bicepTest,
  facts,
  idOf,
  lastNames,
  ofType,
  only,
  propertiesIn,
  resourcesOf,
  SETS,
  variableOf,
} from './azure.ts';

const names = z.record(z.string(), z.string());
const { roles, communicationRoles } = facts('builtInRoles', z.object({ roles: names, communicationRoles: names }));
const nameById = new Map(Object.entries({ ...roles, ...communicationRoles }).map(([name, id]) => [id, name]));

const required = facts(
  'requiredRoles',
  z.object({
    hostStorage: names,
    deploymentStorage: names,
    queueTrigger: names,
    telemetry: names,
    keyVaultReference: names,
    eventGridDelivery: names,
    communication: z.object({ default: z.string(), customRoleActions: z.array(z.string()) }),
  }),
);

const assignment = z.object({
  properties: z.object({
    principalId: z.string(),
    principalType: z.literal('ServicePrincipal'),
    roleDefinitionId: z.string(),
  }),
});

const CUSTOM = 'a role of its own';
const GIVEN = 'the given role';

/** `who: role on scope` for each assignment, with `*` for the part of names that is own to the deployment. */
function assignments(set: string): readonly string[] {
  const resources = resourcesOf(set);
  const own = only(resources, 'Microsoft.Web/sites').name.replace('func-', '');
  const created = lastNames(resources, 'Microsoft.Authorization/roleDefinitions');
  return ofType(resources, 'Microsoft.Authorization/roleAssignments').map((resource) => {
    const { properties } = assignment.parse(resource);
    const [scope = ''] = idOf(resource).split('/providers/Microsoft.Authorization/roleAssignments/');
    const role = properties.roleDefinitionId.split('/').at(-1) ?? '';
    const who = /systemTopics|createdTopic/.test(properties.principalId) ? 'events' : 'app';
    const given = role === variableOf(set, 'ACS_ROLE_ID') ? GIVEN : undefined;
    const roleName = created.includes(role) ? CUSTOM : (given ?? nameById.get(role));
    return `${who}: ${roleName} on ${scope.split('/providers/').at(-1)?.replaceAll(own, '*')}`;
  });
}

/** What the documents ask for, each on the narrowest scope that serves it. */
const documented = (acs: string, acsRole: string): readonly string[] => {
  const storage = 'Microsoft.Storage/storageAccounts/st*';
  return [
    `app: ${required.keyVaultReference['secrets']} on Microsoft.KeyVault/vaults/kv-*`,
    `app: ${required.telemetry['Application Insights']} on Microsoft.Insights/components/appi-*`,
    `app: ${required.hostStorage['blobs and timers']} on ${storage}`,
    `app: ${required.queueTrigger['queues']} on ${storage}`,
    `app: ${required.deploymentStorage['package']} on Microsoft.Storage/storageAccounts/stcode*`,
    `app: ${required.hostStorage['diagnostic events']} on ${storage}`,
    `app: ${acsRole} on Microsoft.Communication/communicationServices/${acs}`,
    `events: ${required.eventGridDelivery['dead letters']} on ${storage}/blobServices/default/containers/dead-letters`,
    `events: ${required.eventGridDelivery['storage queue']} on ${storage}/queueServices/default/queues/acs-events`,
  ];
};

const ACS_ROLES = new Map([
  ['allSettings', CUSTOM],
  ['existingAcsAndTopic', GIVEN],
]);

describe.each(SETS)('with %s', (set) => {
  test('app and events have the roles that are documented, and no other', () => {
    const expected = documented(
      variableOf(set, 'ACS_RESOURCE_ID')?.split('/').at(-1) ?? 'acs-*',
      ACS_ROLES.get(set) ?? required.communication.default,
    );
    expect(assignments(set)).toHaveLength(expected.length);
    expect(new Set(assignments(set))).toEqual(new Set(expected));
  });
});

const compiledAssignment = z.object({
  type: z.literal('Microsoft.Authorization/roleAssignments'),
  name: z.string(),
  properties: z.object({ principalId: z.string() }),
});

/** The role assignments of a module, with their names as expressions. */
const compiledAssignments = (module: string) => {
  const modules = [...propertiesIn(JSON.parse(bicep().template))].filter(([name]) => name === module);
  return [...propertiesIn(modules)].flatMap(([, value]) => compiledAssignment.safeParse(value).data ?? []);
};

// Azure refuses another principal in an assignment that exists: RoleAssignmentUpdateNotPermitted. So the name has the principal.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/scenarios-rbac
bicepTest.each([
  ['acsAccess', 1, 'the app was deleted and is deployed again, but not the ACS resource'],
  ['eventDelivery', 2, 'the events come from another topic than before'],
])('%s names its %i assignments for their principal: %s', (module, count) => {
  const assigned = compiledAssignments(module);
  expect(assigned).toHaveLength(count);
  for (const { name, properties } of assigned) expect(name).toContain(properties.principalId.slice(1, -1));
});

const roleDefinition = /\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/g;

bicepTest('every id of a role in the template is that of a built-in role', () => {
  const variables = [...propertiesIn(JSON.parse(bicep().template))].filter(([name]) => name === 'roles');
  const ids = variables.flatMap(([, value]) => JSON.stringify(value).match(roleDefinition) ?? []);
  expect(ids.length).toBeGreaterThanOrEqual(nameById.size / 2);
  expect(ids.filter((id) => !nameById.has(id))).toEqual([]);
});

test('the narrower role has the documented actions and no other', () => {
  const { properties } = only(resourcesOf('allSettings'), 'Microsoft.Authorization/roleDefinitions');
  const permissions = z.object({ permissions: z.array(z.object({ actions: z.array(z.string()) }).strict()) });
  expect(permissions.parse(properties).permissions).toEqual([{ actions: required.communication.customRoleActions }]);
});

test('no role is created unless that is asked for', () => {
  const creating = SETS.filter((set) => ofType(resourcesOf(set), 'Microsoft.Authorization/roleDefinitions').length > 0);
  expect(creating).toEqual(SETS.filter((set) => variableOf(set, 'ACS_CUSTOM_ROLE') === 'true'));
});
