import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject, test } from 'vitest';
import * as z from 'zod';
import { runBicep, withTemplates } from '../../infra/toolchain/bicep.ts';
import type { AzureCompiled, AzureDeployment, AzureResource } from '../setup/azure.ts';

const azure = inject('azure');

/** A test that needs the Bicep CLI: skipped, and said to be, on a machine without it. */
export const bicepTest = test.skipIf(azure.compiled === undefined);

export function bicep(): AzureCompiled {
  if (!azure.compiled) throw new Error('There is no Bicep CLI.');
  return azure.compiled;
}

export const SETS: readonly string[] = Object.keys(azure.deployments);

export function deployment(set: string): AzureDeployment {
  const found = azure.deployments[set];
  if (!found) throw new Error(`There is no set ${set}.`);
  return found;
}

/** What is deployed with a set of azd variables. */
export const resourcesOf = (set: string): readonly AzureResource[] => deployment(set).resources;

/** A table of facts about Azure, from outside of the templates; it names its source. */
export function facts<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(`test/infra/data/${name}.json`, 'utf8')));
}

/** Resources of a type, e.g. `Microsoft.Web/sites`. */
export function ofType(resources: readonly AzureResource[], type: string): readonly AzureResource[] {
  return resources.filter((it) => it.type === type);
}

/** The one resource of a type. */
export function only(resources: readonly AzureResource[], type: string): AzureResource {
  const [first, ...others] = ofType(resources, type);
  if (!first || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} resources are ${type}`);
  return first;
}

/** The one resource of a type whose name begins so. */
export function named(resources: readonly AzureResource[], type: string, beginning: RegExp): AzureResource {
  return only(
    resources.filter(({ name }) => beginning.test(name)),
    type,
  );
}

/** The storage account of the app's data. */
export const dataAccount = (set: string) => named(resourcesOf(set), 'Microsoft.Storage/storageAccounts', /^st(?!code)/);

/** The storage account of the deployment package. */
export const packageAccount = (set: string) => named(resourcesOf(set), 'Microsoft.Storage/storageAccounts', /^stcode/);

/** The id of a resource, with `*` for a name that only Azure can compute, as that of some role assignments. */
export const idOf = ({ id }: AzureResource): string =>
  id.replace(/^\[extensionResourceId\('([^']+)', '([^']+)', guid\(.*\)\)\]$/, '$1/providers/$2/*');

/** The last part of each name: `st123/default/send-sms` → `send-sms`. */
export function lastNames(resources: readonly AzureResource[], type: string): readonly string[] {
  return ofType(resources, type).map(({ name }) => name.split('/').at(-1) ?? '');
}

/** Every property below a value, however deep, with its name. */
export function* propertiesIn(value: unknown): Generator<readonly [name: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, below] of Object.entries(value)) {
    if (!Array.isArray(value)) yield [name, below];
    yield* propertiesIn(below);
  }
}

const appConfiguration = z.object({ properties: z.record(z.string(), z.string()) });

/** The app settings that are deployed, by name. */
export function appSettings(set: string): Readonly<Record<string, string>> {
  return appConfiguration.parse(only(resourcesOf(set), 'Microsoft.Web/sites/config')).properties;
}

/** An azd variable of a set. */
export function variableOf(set: string, name: string): string | undefined {
  return deployment(set).variables[name];
}

/** An app setting of a set. */
export function appSettingOf(set: string, name: string): string | undefined {
  return appSettings(set)[name];
}

const evaluatedParameters = z.object({ parametersJson: z.string() });
const result = z.object({ parameters: z.object({ result: z.object({ value: z.unknown() }) }) });

/** What a function that a module exports returns, evaluated by the Bicep CLI. */
export function evaluateFunction(module: string, name: string, args: readonly (readonly string[])[]): unknown {
  return withTemplates((directory) => {
    const lists = args.map((items) => `[${items.map((item) => `'${item}'`).join(', ')}]`);
    const text = `using none\nimport { ${name} } from 'modules/${module}.bicep'\nparam result = ${name}(${lists.join(', ')})\n`;
    writeFileSync(join(directory, 'evaluate.bicepparam'), text);
    const output = runBicep(bicep().bicep, ['build-params', 'evaluate.bicepparam', '--stdout'], { directory });
    const { parametersJson } = evaluatedParameters.parse(JSON.parse(output.text));
    return result.parse(JSON.parse(parametersJson)).parameters.result.value;
  });
}
