import { describe, expect, test } from 'vitest';
import { emulatorKey, withLocalAddresses } from '../../../../infra/local/start/settings.ts';

const PORTS = { switchboard: 1, switchboardTls: 2, acs: 3, acsTls: 4, blob: 5, queue: 6, table: 7 };
const KEY = 'c3RvcmFnZQ==';
const LOCAL = 'endpoint=http://127.0.0.1:8787/;accesskey=a2V5';
const REAL = 'endpoint=https://contoso.communication.azure.com/;accesskey=a2V5';

describe('connection strings to the emulator', () => {
  test.each(['ACS_CONNECTION_STRING', 'ACS_CONNECTION_STRING_SECONDARY'] as const)(
    '%s gets the address of this start',
    (name) => {
      const settings = withLocalAddresses({ [name]: LOCAL }, PORTS, KEY);
      expect(settings[name]).toBe('endpoint=http://127.0.0.1:3/;accesskey=a2V5');
      expect(emulatorKey(settings, name)).toBe('a2V5');
    },
  );

  test.each(['ACS_CONNECTION_STRING', 'ACS_CONNECTION_STRING_SECONDARY'] as const)(
    '%s of a real resource stays',
    (name) => {
      expect(withLocalAddresses({ [name]: REAL }, PORTS, KEY)[name]).toBe(REAL);
      expect(emulatorKey({ [name]: REAL }, name)).toBeUndefined();
    },
  );

  test('no secondary one is added', () => {
    expect(withLocalAddresses({ ACS_CONNECTION_STRING: LOCAL }, PORTS, KEY)).not.toHaveProperty(
      'ACS_CONNECTION_STRING_SECONDARY',
    );
  });
});
