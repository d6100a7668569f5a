// What the templates would deploy, evaluated without Azure, for each supported set of azd variables.
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { runBicep, withTemplates } from './bicep.ts';

/** Each set is a file as azd keeps it in .azure/<environment>/.env; beside it is its reviewed snapshot. */
const DIRECTORY = 'test/infra/snapshots';

const SCOPE = ['--subscription-id', '00000000-0000-0000-0000-000000000000', '--location', 'westeurope'];

export const snapshotFile = (set: string): string => join(DIRECTORY, `${set}.snapshot.json`);

export function supportedSets(): readonly string[] {
  return globSync(join(DIRECTORY, '*.env'))
    .map((file) => basename(file, '.env'))
    .sort();
}

/** The azd variables of a set. */
export function variablesOf(set: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parseEnv(readFileSync(join(DIRECTORY, `${set}.env`), 'utf8'))).map(([name, value]) => [
      name,
      value ?? '',
    ]),
  );
}

/**
 * Evaluates the templates, and returns the snapshot as JSON. What only Azure knows remains an ARM expression.
 *
 * @throws Error with the diagnostics of the Bicep CLI
 */
export function evaluate(bicep: string, variables: Readonly<Record<string, string>>): string {
  return withTemplates((directory) => {
    runBicep(bicep, ['snapshot', 'main.bicepparam', '--mode', 'overwrite', ...SCOPE], { directory, variables });
    return readFileSync(join(directory, 'main.snapshot.json'), 'utf8');
  });
}

const withOutputs = z.looseObject({ outputs: z.record(z.string(), z.unknown()) });

export function updateSnapshot(bicep: string, set: string): void {
  const snapshot = withOutputs.parse(JSON.parse(evaluate(bicep, variablesOf(set))));
  const outputs = Object.entries(snapshot.outputs).sort(([a], [b]) => a.localeCompare(b, 'en')); // the CLI has no order
  const sorted = { ...snapshot, outputs: Object.fromEntries(outputs) };
  writeFileSync(snapshotFile(set), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** @throws Error with the differences between what would be deployed and the reviewed snapshot */
export function validateSnapshot(bicep: string, set: string): void {
  withTemplates((directory) => {
    copyFileSync(snapshotFile(set), join(directory, 'main.snapshot.json'));
    const args = ['snapshot', 'main.bicepparam', '--mode', 'validate', ...SCOPE];
    runBicep(bicep, args, { directory, variables: variablesOf(set) });
  });
}
