import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Ports } from './ports.ts';

const localSettings = z.looseObject({ Values: z.record(z.string(), z.string()) });

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the app settings as Core Tools does: from local.settings.json, overridden by the environment.
 *
 * @throws Error with one line if the file cannot be used
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
  if (!result.success) throw new Error('local.settings.json must have an object "Values" with string values.');
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

/** The access key in a connection string for the emulator; undefined if the setting is for a real ACS resource. */
export function emulatorKey(settings: Variables, setting: KeySetting = 'ACS_CONNECTION_STRING'): string | undefined {
  const [, endpoint, accessKey] = ACS_CONNECTION_STRING.exec(settings[setting] ?? '') ?? [];
  return endpoint !== undefined && LOOPBACK_ENDPOINT.test(endpoint) ? accessKey : undefined;
}

/** Replaces the addresses of this machine's storage and emulator with those of this start. */
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

/**
 * Returns the address of the real ACS resource that the settings name instead of the emulator, without its access key.
 *
 * @returns undefined for the emulator
 */
export function realResource(settings: Variables): string | undefined {
  const {
    ACS_CONNECTION_STRING: primary,
    ACS_CONNECTION_STRING_SECONDARY: secondary,
    ACS_ENDPOINT: endpoint,
  } = settings;
  if (endpoint) return endpoint;
  if (primary && emulatorKey(settings) === undefined) return addressIn(primary);
  const isReal = secondary && emulatorKey(settings, 'ACS_CONNECTION_STRING_SECONDARY') === undefined;
  return isReal ? addressIn(secondary) : undefined;
}

function addressIn(connectionString: string): string {
  return /endpoint=([^;]*)/i.exec(connectionString)?.[1] ?? 'an unreadable address';
}

/** Printed before anything is started that could send. */
export function realResourceWarning(address: string): string {
  const lines = [
    'WARNING: this start does not use the emulator. It sends through a real ACS resource:',
    `    ${address}`,
    'Your calls reach real people, and you pay for them. For the emulator, remove ACS_CONNECTION_STRING,',
    'ACS_CONNECTION_STRING_SECONDARY and ACS_ENDPOINT from the environment, and restore them in local.settings.json.',
  ];
  const frame = '!'.repeat(112);
  return ['', frame, ...lines.map((line) => `!! ${line}`), frame, ''].join('\n');
}
