import { describe, expect, test } from 'vitest';
import { realResource, realResourceWarning } from '../../../../infra/local/start/settings.ts';

const LOCAL = 'endpoint=http://127.0.0.1:8787/;accesskey=a2V5';
const ADDRESS = 'https://contoso.communication.azure.com/';
const REAL = `endpoint=${ADDRESS};accesskey=c2VjcmV0`;

describe('a start with a real ACS resource', () => {
  test.each([
    [{ ACS_CONNECTION_STRING: REAL }],
    [{ ACS_CONNECTION_STRING: LOCAL, ACS_CONNECTION_STRING_SECONDARY: REAL }],
    [{ ACS_ENDPOINT: ADDRESS }],
    [{ ACS_CONNECTION_STRING: REAL.replace('endpoint', 'Endpoint') }],
  ])('is recognised by %j', (settings) => {
    expect(realResource(settings)).toBe(ADDRESS);
  });

  test.each([
    [{ ACS_CONNECTION_STRING: LOCAL }],
    [{}],
    [{ ACS_CONNECTION_STRING: LOCAL.replace('127.0.0.1', 'localhost') }],
  ])('is not %j', (settings) => {
    expect(realResource(settings)).toBeUndefined();
  });

  test('is announced with the address and without the key', () => {
    const warning = realResourceWarning(realResource({ ACS_CONNECTION_STRING: REAL }) ?? '');
    expect(warning).toContain('WARNING');
    expect(warning).toContain(ADDRESS);
    expect(warning).not.toContain('c2VjcmV0');
  });
});
