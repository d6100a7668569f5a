// What the templates would deploy, evaluated without Azure, for each supported set of azd variables.
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { findBicep, obtainBicep, runBicep, withTemplates } from './bicep.ts';

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

/** The variables that azd always sets; the parameters file has a default for all others. */
const AZD = { AZURE_ENV_NAME: 'check', AZURE_LOCATION: 'westeurope' };

/** The templates that `bicep format` would write differently. */
function unformatted(bicep: string): readonly string[] {
  return withTemplates((directory) => {
    runBicep(bicep, ['format', '--pattern', '**/*.bicep'], { directory });
    runBicep(bicep, ['format', 'main.bicepparam'], { directory });
    const files = globSync('**/*.{bicep,bicepparam}', { cwd: directory });
    return files.filter(
      (file) => readFileSync(join(directory, file), 'utf8') !== readFileSync(join('infra', file), 'utf8'),
    );
  });
}

function reportOutdated(outdated: readonly string[], isStrict: boolean): void {
  if (outdated.length === 0) return;
  const text = `Old API versions (not a fault: Azure keeps serving them):\n${outdated.join('\n')}`;
  if (isStrict) throw new Error(text);
  console.warn(text);
}

/** @throws Error with the differences of every snapshot, not of the first only */
function compareSnapshots(bicep: string): void {
  const differences = supportedSets().flatMap((set) => {
    try {
      validateSnapshot(bicep, set);
      return [];
    } catch (error) {
      return [`${set}: ${error instanceof Error ? error.message : error}`];
    }
  });
  if (differences.length === 0) return;
  throw new Error(
    [...differences, 'If this is what you want: npm run infra:check -- --update, and review.'].join('\n'),
  );
}

/**
 * Checks that the templates compile without a finding and are formatted, and compares or updates the snapshots.
 *
 * @throws Error with every finding
 */
export function checkTemplates({
  isStrict,
  isUpdate,
}: {
  readonly isStrict: boolean;
  readonly isUpdate: boolean;
}): void {
  const bicep = findBicep() ?? obtainBicep();
  console.log(runBicep(bicep, ['--version']).text.trim());
  const args = ['build-params', 'infra/main.bicepparam', '--stdout'];
  reportOutdated(runBicep(bicep, args, { variables: AZD }).outdated, isStrict);
  const files = unformatted(bicep);
  if (files.length > 0) throw new Error(`Not formatted (bicep format <file>): ${files.join(' ')}`);
  if (isUpdate) for (const set of supportedSets()) updateSnapshot(bicep, set);
  else compareSnapshots(bicep);
  console.log(`The templates compile; snapshots ${isUpdate ? 'written' : 'match'}: ${supportedSets().join(', ')}.`);
}
