// `npm run infra:check`: checks that the templates compile without findings, are formatted, and deploy what was reviewed.
// `-- --strict` also fails for outdated API versions; `-- --update` writes new snapshots for review.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBicep, obtainBicep, runBicep, withTemplates } from './bicep.ts';
import { supportedSets, updateSnapshot, validateSnapshot } from './snapshots.ts';

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

/** @throws Error with the differences of all snapshots */
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

function check(isStrict: boolean, isUpdate: boolean): void {
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

try {
  const { values } = parseArgs({ options: { strict: { type: 'boolean' }, update: { type: 'boolean' } } });
  check(values.strict === true, values.update === true);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
