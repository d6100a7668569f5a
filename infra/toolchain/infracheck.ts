// `npm run infra:check`: the templates compile, and neither compiler nor linter has anything to say about them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBicep, obtainBicep, runBicep, withTemplates } from './bicep.ts';

/** What azd always gives; the parameters file reads all else with a default. */
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

try {
  const bicep = findBicep() ?? obtainBicep();
  console.log(runBicep(bicep, ['--version']).trim());
  runBicep(bicep, ['build-params', 'infra/main.bicepparam', '--stdout'], { variables: AZD });
  const files = unformatted(bicep);
  if (files.length > 0) throw new Error(`Not formatted (bicep format <file>): ${files.join(' ')}`);
  console.log('The templates compile without a warning.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
