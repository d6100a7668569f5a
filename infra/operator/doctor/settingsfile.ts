import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import * as z from 'zod';

export type Variables = Readonly<Record<string, string | undefined>>;

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const localSettings = z.looseObject({ Values: z.record(z.string(), text) }).transform(({ Values }) => Values);
/** As `az functionapp config appsettings list` prints them. */
const exported = z
  .array(z.looseObject({ name: z.string(), value: text.nullable() }))
  .transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value ?? ''])));
const plain = z.record(z.string(), text);
const anyForm = z.union([localSettings, exported, plain]);

/**
 * The app settings in a file: as JSON in the form of local.settings.json, of the Azure CLI or of one object, or as lines
 * of NAME=value.
 *
 * @throws Error with one line, without any value, when the file cannot be used
 */
export function readSettingsFile(file: string): Variables {
  const content = readFileSync(file, 'utf8');
  if (!/^\s*[[{]/.test(content)) return parseEnv(content);
  const result = anyForm.safeParse(parseJson(content, file));
  if (result.success) return result.data;
  throw new Error(`${file} must hold settings: {"Values":{…}}, [{"name","value"},…] or {"NAME":"value",…}.`);
}

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Error(`${file} is not valid JSON.`); // V8's text would quote the content
  }
}

const KEY_VAULT_REFERENCE = /^@Microsoft\.KeyVault\(/i;

/** A reference to Key Vault, which only the platform can follow, gives way to the environment's value where there is one. */
export function withoutReferences(settings: Variables, environment: Variables): Variables {
  const entries = Object.entries(settings).map(([name, value]) =>
    isReference(value) && environment[name] ? [name, environment[name]] : [name, value],
  );
  return Object.fromEntries(entries) as Variables;
}

export function isReference(value: string | undefined): boolean {
  return KEY_VAULT_REFERENCE.test(value ?? '');
}
