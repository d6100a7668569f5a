import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import * as z from 'zod';
import { findBicep, obtainBicep, runBicep } from '../../infra/toolchain/bicep.ts';
import { evaluate, snapshotFile, supportedSets, variablesOf } from '../../infra/toolchain/templates.ts';

const resource = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  apiVersion: z.string(),
});

const snapshot = z.object({
  predictedResources: z.array(resource),
  outputs: z.record(z.string(), z.unknown()),
});

const compiled = z.object({ templateJson: z.string() });

/** A resource as it would be deployed. What only Azure knows is an ARM expression, `[…]`. */
export type AzureResource = z.output<typeof resource>;

export interface AzureDeployment {
  /** The azd variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly resources: readonly AzureResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Azure {
  /** For each supported set of azd variables: evaluated just now, or read from the reviewed snapshots. */
  readonly deployments: Readonly<Record<string, AzureDeployment>>;
  /** What needs the Bicep CLI; undefined on a machine without it. */
  readonly compiled: AzureCompiled | undefined;
}

export interface AzureCompiled {
  readonly bicep: string;
  /** The ARM template that infra/main.bicep compiles to, as JSON. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    azure: Azure;
  }
}

/** Evaluates the templates once for all tests. CI obtains the CLI; elsewhere the reviewed snapshots stand in for it. */
export function setup(project: TestProject): void {
  const bicep = findBicep() ?? (process.env['CI'] ? obtainBicep() : undefined);
  if (!bicep) {
    console.warn(
      'test/infra reads the reviewed snapshots, and skips what needs the Bicep CLI. `npm run infra:check` obtains it.',
    );
  }
  const deployments = supportedSets().map((set) => {
    const variables = variablesOf(set);
    const text = bicep ? evaluate(bicep, variables) : readFileSync(snapshotFile(set), 'utf8');
    return [set, { variables, ...readDeployment(text) }] as const;
  });
  project.provide('azure', {
    deployments: Object.fromEntries(deployments),
    compiled: bicep ? { bicep, template: compile(bicep) } : undefined,
  });
}

export function readDeployment(text: string): Omit<AzureDeployment, 'variables'> {
  const { predictedResources, outputs } = snapshot.parse(JSON.parse(text));
  return { resources: predictedResources, outputs };
}

function compile(bicep: string): string {
  const variables = variablesOf('defaults');
  const { text } = runBicep(bicep, ['build-params', 'infra/main.bicepparam', '--stdout'], { variables });
  return compiled.parse(JSON.parse(text)).templateJson;
}
