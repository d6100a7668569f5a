import { emulatorKey, type Variables } from './settings.ts';

/**
 * What the settings name instead of the emulator: the address of an ACS resource, to which everything is really sent.
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

/** Never the access key. */
function addressIn(connectionString: string): string {
  return /endpoint=([^;]*)/i.exec(connectionString)?.[1] ?? 'an unreadable address';
}

/** For the standard error, before anything is started that could send. */
export function realResourceWarning(address: string): string {
  const lines = [
    'WARNING: this start does not use the emulator. It sends through a real ACS resource:',
    `    ${address}`,
    'People get what your calls send, and you pay for it. For the emulator, remove ACS_CONNECTION_STRING,',
    'ACS_CONNECTION_STRING_SECONDARY and ACS_ENDPOINT from the environment, and restore them in local.settings.json.',
  ];
  const frame = '!'.repeat(112);
  return ['', frame, ...lines.map((line) => `!! ${line}`), frame, ''].join('\n');
}
