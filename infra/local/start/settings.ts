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

/** Azurite's account, which is the same everywhere. @see Azurite README, "Default storage account" */
const AZURITE_ACCOUNT = 'devstoreaccount1';
const AZURITE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export function azuriteConnectionString({ blob, queue, table }: Ports): string {
  const service = (name: string, port: number) => `${name}Endpoint=http://127.0.0.1:${port}/${AZURITE_ACCOUNT};`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${AZURITE_ACCOUNT};AccountKey=${AZURITE_KEY};` +
    service('Blob', blob) +
    service('Queue', queue) +
    service('Table', table)
  );
}

const ACS_CONNECTION_STRING = /^endpoint=(.*);accesskey=(.*)$/i;
const LOOPBACK_ENDPOINT = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?$/;

/** The emulator's access key: that of a connection string to this machine; undefined when the settings name a real ACS. */
export function emulatorKey(settings: Variables): string | undefined {
  const [, endpoint, accessKey] = ACS_CONNECTION_STRING.exec(settings['ACS_CONNECTION_STRING'] ?? '') ?? [];
  return endpoint !== undefined && LOOPBACK_ENDPOINT.test(endpoint) ? accessKey : undefined;
}

/** The settings with the addresses of this start put in, where they name this machine's emulators. */
export function withLocalAddresses(settings: Variables, ports: Ports): Variables {
  const key = emulatorKey(settings);
  const storage = settings['AzureWebJobsStorage'] === 'UseDevelopmentStorage=true';
  return {
    ...settings,
    ...(storage ? { AzureWebJobsStorage: azuriteConnectionString(ports) } : {}),
    ...(key ? { ACS_CONNECTION_STRING: `endpoint=http://127.0.0.1:${ports.acs}/;accesskey=${key}` } : {}),
    PUBLIC_URL: settings['PUBLIC_URL'],
    WEBSITE_HOSTNAME: settings['WEBSITE_HOSTNAME'] ?? `127.0.0.1:${ports.switchboard}`,
  };
}
