import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Ports } from './options.ts';

const localSettings = z.looseObject({ Values: z.record(z.string(), z.string()) });

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The app settings as Core Tools reads them: local.settings.json, overruled by the environment.
 *
 * @throws Error with one line when the file cannot be used
 */
export function readLocalSettings(file: string, environment: Variables): Variables {
  if (!existsSync(file)) return environment;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`local.settings.json is not valid JSON: ${(error as Error).message}`);
  }
  const result = localSettings.safeParse(content);
  if (!result.success) throw new Error('local.settings.json must hold an object "Values" of texts.');
  return { ...result.data.Values, ...environment };
}

/** The account of Azurite. */
export const AZURITE_ACCOUNT = 'devstoreaccount1';

export function azuriteConnectionString({ blob, queue, table }: Ports, storageKey: string): string {
  const service = (name: string, port: number) => `${name}Endpoint=http://127.0.0.1:${port}/${AZURITE_ACCOUNT};`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${AZURITE_ACCOUNT};AccountKey=${storageKey};` +
    service('Blob', blob) +
    service('Queue', queue) +
    service('Table', table)
  );
}

const ACS_CONNECTION_STRING = /^endpoint=([^;]*);accesskey=(.*)$/i;
const LOOPBACK_ENDPOINT = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?$/;

type KeySetting = 'ACS_CONNECTION_STRING' | 'ACS_CONNECTION_STRING_SECONDARY';

/** An access key of the emulator: that of a connection string to this machine; undefined when it names a real ACS. */
export function emulatorKey(settings: Variables, setting: KeySetting = 'ACS_CONNECTION_STRING'): string | undefined {
  const [, endpoint, accessKey] = ACS_CONNECTION_STRING.exec(settings[setting] ?? '') ?? [];
  return endpoint !== undefined && LOOPBACK_ENDPOINT.test(endpoint) ? accessKey : undefined;
}

/** The settings with the addresses of this start put in, where they name this machine's emulators. */
export function withLocalAddresses(settings: Variables, ports: Ports, storageKey: string): Variables {
  const storage = settings['AzureWebJobsStorage'] === 'UseDevelopmentStorage=true';
  return {
    ...settings,
    ...(storage ? { AzureWebJobsStorage: azuriteConnectionString(ports, storageKey) } : {}),
    ...withEmulatorAddress(settings, 'ACS_CONNECTION_STRING', ports),
    ...withEmulatorAddress(settings, 'ACS_CONNECTION_STRING_SECONDARY', ports),
    PUBLIC_URL: settings['PUBLIC_URL'],
    WEBSITE_HOSTNAME: settings['WEBSITE_HOSTNAME'] ?? `127.0.0.1:${ports.switchboard}`,
  };
}

function withEmulatorAddress(settings: Variables, setting: KeySetting, { acs }: Ports): Variables {
  const key = emulatorKey(settings, setting);
  return key ? { [setting]: `endpoint=http://127.0.0.1:${acs}/;accesskey=${key}` } : {};
}
