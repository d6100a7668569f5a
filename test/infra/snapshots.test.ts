import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { azdVariables } from '../../infra/toolchain/bicep.ts';
import { evaluate, snapshotFile } from '../../infra/toolchain/templates.ts';
import { readDeployment } from '../setup/azure.ts';
import { bicep, bicepTest, deployment, resourcesOf, SETS, variableOf } from './azure.ts';

describe.each(SETS)('the reviewed snapshot of %s', (set) => {
  bicepTest('is what would be deployed now', () => {
    const reviewed = readDeployment(readFileSync(snapshotFile(set), 'utf8'));
    const { resources, outputs } = deployment(set);
    expect({ resources, outputs }, 'npm run infra:check -- --update').toEqual(reviewed);
  });
});

test('the supported sets give every azd variable that the parameters file reads, and no other', () => {
  const given = SETS.flatMap((set) => Object.keys(deployment(set).variables));
  expect(new Set(given)).toEqual(new Set(azdVariables()));
});

const REQUIRED = { AZURE_ENV_NAME: 'test', AZURE_LOCATION: 'westeurope' };

const deployed = (variables: Readonly<Record<string, string>>) =>
  readDeployment(evaluate(bicep().bicep, { ...variables, ...REQUIRED })).resources;

bicepTest('a variable that is set but empty, or blank, counts as not set', () => {
  const variables = Object.fromEntries(azdVariables().map((name, index) => [name, ' '.repeat(index % 2)]));
  expect(deployed(variables)).toEqual(resourcesOf('defaults'));
});

bicepTest('case and blanks around a value do not matter', () => {
  expect(deployed({ PRIVATE_NETWORK: ' TRUE ' })).toEqual(resourcesOf('privateNetwork'));
  const ids =
    variableOf('ownEmailDomains', 'EMAIL_DOMAIN_IDS')
      ?.split(',')
      .map((id) => id.trim()) ?? [];
  expect(deployed({ EMAIL_DOMAIN_IDS: ` ,${ids.join(' , ')},, ` })).toEqual(resourcesOf('ownEmailDomains'));
});

bicepTest.each([
  ['PRIVATE_NETWORK', 'maybe'],
  ['MAXIMUM_INSTANCE_COUNT', 'many'],
  ['ALWAYS_READY', '[{'],
  ['ACS_RESOURCE_ID', 'contoso'],
  ['BLOB_SOFT_DELETE_DAYS', '366'],
  ['FRONT_DOOR_ID', '33333333-3333-3333-3333-333333333333'], // without PUBLIC_URL
])('%s=%s is refused before anything is deployed', (name, value) => {
  expect(() => deployed({ [name]: value })).toThrow(/BCP|InvalidTemplate|index|is not valid/);
});

test('no finding of the linter is an error, with which a newer Bicep CLI would refuse to deploy', () => {
  const rules = z.record(z.string(), z.object({ level: z.string() }));
  const config = z.object({ analyzers: z.object({ core: z.object({ rules }) }) });
  const { analyzers } = config.parse(JSON.parse(readFileSync('infra/bicepconfig.json', 'utf8')));
  const levels = Object.values(analyzers.core.rules).map(({ level }) => level);
  expect(new Set(levels)).toEqual(new Set(['warning']));
});
