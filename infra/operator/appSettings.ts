import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { readSettings, type Settings, SettingsError } from '../../shared/settings/settings.ts';
import { withRunningStart } from '../local/client/connection.ts';
import { readLocalSettings } from '../local/start/settings.ts';
import { commandText, SETTINGS_FILE } from '../toolchain/installation.ts';
import { type Finding, failed, ok } from './doctor/findings.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const localSettings = z.looseObject({ Values: z.record(z.string(), scalar) }).transform(({ Values }) => Values);
/** The output of `az functionapp config appsettings list`. */
const exported = z
  .array(z.looseObject({ name: z.string(), value: scalar.nullable() }))
  .transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value ?? ''])));
const plain = z.record(z.string(), scalar);
const anyForm = z.union([localSettings, exported, plain]);

/**
 * Reads the app settings of `--settings`, or those of local.settings.json and the environment.
 *
 * @throws Error if they cannot be read
 */
export function readAppSettings(file: string | undefined, environment: Variables): Variables {
  if (file === undefined) return withRunningStart(readLocalSettings(SETTINGS_FILE, environment));
  return resolveReferences(readSettingsFile(file), environment);
}

/**
 * Reads app settings from a file: JSON in the form of local.settings.json, of the Azure CLI or of one object, or lines
 * NAME=value.
 *
 * @throws Error with one line, without any value, if the file cannot be used
 */
export function readSettingsFile(file: string): Variables {
  const content = readFileSync(file, 'utf8');
  if (!/^\s*[[{]/.test(content)) return parseEnv(content);
  const result = anyForm.safeParse(parseJson(content, file));
  if (result.success) return result.data;
  throw new Error(`${file} must contain settings: {"Values":{…}}, [{"name","value"},…] or {"NAME":"value",…}.`);
}

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Error(`${file} is not valid JSON.`); // V8's message would quote the content
  }
}

const KEY_VAULT_REFERENCE = /^@Microsoft\.KeyVault\(/i;

/** Replaces Key Vault references, which only the platform can resolve, with the environment's values if they exist. */
export function resolveReferences(settings: Variables, environment: Variables): Variables {
  const entries = Object.entries(settings).map(([name, value]) =>
    isReference(value) && environment[name] ? [name, environment[name]] : [name, value],
  );
  return Object.fromEntries(entries) as Variables;
}

export function isReference(value: string | undefined): boolean {
  return KEY_VAULT_REFERENCE.test(value ?? '');
}

const NAME = 'settings';

/** Reads the settings as the functions would and reports what is wrong with them. */
export function examineSettings(variables: Variables): { finding: Finding; settings: Settings | undefined } {
  const references = Object.keys(variables).filter((name) => isReference(variables[name]));
  if (references.length > 0) {
    const kind = references.length > 1 ? 'are Key Vault references' : 'is a Key Vault reference';
    const message = `${references.join(', ')} ${kind}, which only the platform can resolve.`;
    const remedy = `Provide the value in the environment, e.g. ${references[0]}="$(az keyvault secret show --query value -o tsv …)" ${commandText('doctor', '…')}`;
    return { finding: failed(NAME, message, remedy), settings: undefined };
  }
  try {
    return { finding: ok(NAME), settings: readSettings(variables) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const remedy = 'Fix each setting (infra/README.md, "Settings") and restart the app.';
    return { finding: failed(NAME, `${error.problems.join('; ')}.`, remedy), settings: undefined };
  }
}
