import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import * as z from 'zod';
import { findBicep, obtainBicep, runBicep, withTemplates } from '../../infra/toolchain/bicep.ts';

const snapshot = z.object({
  predictedResources: z.array(z.looseObject({ id: z.string(), type: z.string(), name: z.string() })),
});

const compiled = z.object({ templateJson: z.string() });

/** A resource as it would be deployed. What only Azure knows is an ARM expression, `[…]`. */
export type AzureResource = z.output<typeof snapshot>['predictedResources'][number];

export interface AzureTemplates {
  /** The ARM template that infra/main.bicep compiles to, as JSON. */
  readonly template: string;
  /** What is deployed when nothing is asked for. */
  readonly plain: readonly AzureResource[];
  /** What is deployed with every option. */
  readonly full: readonly AzureResource[];
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The templates, compiled; null on a machine without the Bicep CLI. */
    azure: AzureTemplates | null;
  }
}

const AZD = { AZURE_ENV_NAME: 'test', AZURE_LOCATION: 'westeurope' };

const EVERY_OPTION = {
  ...AZD,
  ACS_ROLE_ID: '09976791-48a7-449e-bb21-39d1a415f350',
  CLIENTS: '[]',
  PUBLIC_URL: 'https://switchboard.example',
  SMS_RATES_PER_MINUTE: '{"tollFree":100}',
  ALWAYS_READY: '[{"name":"http","instanceCount":1}]',
  PRIVATE_NETWORK: 'true',
  ALERT_ACTION_GROUP_ID: '/subscriptions/0/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/ops',
};

const SUBSCRIPTION = ['--subscription-id', '00000000-0000-0000-0000-000000000000', '--location', 'westeurope'];

/** Compiles the templates once for all tests. CI obtains the CLI; elsewhere its tests are skipped without it. */
export function setup(project: TestProject): void {
  const bicep = findBicep() ?? (process.env['CI'] ? obtainBicep() : undefined);
  if (!bicep) console.warn('test/infra is skipped: there is no Bicep CLI here. `npm run infra:check` obtains it.');
  project.provide('azure', bicep ? compile(bicep) : null);
}

function compile(bicep: string): AzureTemplates {
  const output = runBicep(bicep, ['build-params', 'infra/main.bicepparam', '--stdout'], { variables: AZD });
  return {
    template: compiled.parse(JSON.parse(output)).templateJson,
    plain: deployment(bicep, AZD),
    full: deployment(bicep, EVERY_OPTION),
  };
}

function deployment(bicep: string, variables: Readonly<Record<string, string>>): readonly AzureResource[] {
  return withTemplates((directory) => {
    runBicep(bicep, ['snapshot', 'main.bicepparam', '--mode', 'overwrite', ...SUBSCRIPTION], { directory, variables });
    const text = readFileSync(join(directory, 'main.snapshot.json'), 'utf8');
    return snapshot.parse(JSON.parse(text)).predictedResources;
  });
}
