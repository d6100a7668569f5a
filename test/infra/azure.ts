import { inject, test } from 'vitest';
import type { AzureResource, AzureTemplates } from '../setup/azure.ts';

const azure = inject('azure');

/** A test of the templates: skipped, and said to be, where they cannot be compiled. */
export const azureTest = test.skipIf(azure === null);

export function templates(): AzureTemplates {
  if (!azure) throw new Error('The templates are not compiled.');
  return azure;
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
