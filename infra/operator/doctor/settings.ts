import { readSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { type Finding, failed, ok } from './finding.ts';
import { isReference, type Variables } from './settingsfile.ts';

const NAME = 'settings';

/** The settings as the functions would read them, and what is wrong with them. */
export function examineSettings(variables: Variables): { finding: Finding; settings: Settings | undefined } {
  const references = Object.keys(variables).filter((name) => isReference(variables[name]));
  if (references.length > 0) {
    const message = `${list(references)} refers to Key Vault, where only the platform looks it up.`;
    const remedy = `Give the value in the environment, e.g. ${references[0]}="$(az keyvault secret show --query value -o tsv …)" npm run doctor -- …`;
    return { finding: failed(NAME, message, remedy), settings: undefined };
  }
  try {
    return { finding: ok(NAME), settings: readSettings(variables) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const remedy = 'Fix each of them (infra/README.md, "Settings"), and restart the app.';
    return { finding: failed(NAME, `${error.problems.join('; ')}.`, remedy), settings: undefined };
  }
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
