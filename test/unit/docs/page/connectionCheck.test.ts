import { describe, expect, test } from 'vitest';
import { checkConnection, hostToSign } from '../../../../shared/docs/page/connectionCheck.ts';
import { KEY } from '../../../../shared/signing/vectors.ts';

const OWN = { page: 'https://switchboard.contoso.com', server: 'https://switchboard.contoso.com' };
const GATEWAY = { page: 'https://api.contoso.com/acs', server: 'https://switchboard.contoso.com' };
const LOCAL = { page: 'http://localhost:7071', server: 'http://localhost:7071' };
const FORWARDED = { page: 'https://name-7071.app.github.dev', server: 'http://localhost:7071' };

const connection = (endpoint: string) => `endpoint=${endpoint};accesskey=${KEY}`;

test.each([
  [connection('https://switchboard.contoso.com/'), OWN],
  [`  accesskey=${KEY};Endpoint=https://switchboard.contoso.com/;  `, OWN],
  [`"${connection('https://switchboard.contoso.com')}"`, OWN],
  [`'${connection('https://switchboard.contoso.com:443')}'`, OWN],
  [connection('https://switchboard.contoso.com'), GATEWAY],
  [connection('https://api.contoso.com'), GATEWAY],
  [connection('http://127.0.0.1:7071'), LOCAL],
  [connection('http://127.0.0.1:7071'), FORWARDED],
])('%s is accepted', (text, own) => {
  expect(checkConnection(text, own)).toMatchObject({ accessKey: KEY });
});

describe('the message says what to paste instead, without the key', () => {
  test.each([
    ['', /must read endpoint=/],
    ['nonsense', /must read endpoint=/],
    [`accesskey=${KEY}`, /must read endpoint=/],
    ['endpoint=https://switchboard.contoso.com', /must read endpoint=/],
    [KEY, /access key alone/],
    ['https://switchboard.contoso.com/', /address alone/],
    [connection('https://contoso.communication.azure.com/'), /key of the ACS resource itself/],
    [connection('https://contoso.unitedstates.communication.azure.com'), /key of the ACS resource itself/],
    [`DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY}`, /storage account/],
    [connection('https://other.contoso.com'), /is for https:\/\/other\.contoso\.com.*Open https:\/\/other/],
    [connection('https://switchboard.contoso.com/acs'), /must be an address/],
    [connection('ftp://switchboard.contoso.com'), /must be an address/],
  ])('%j', (text, message) => {
    const check = () => checkConnection(text, OWN);
    expect(check).toThrow(message);
    expect(check).not.toThrow(KEY);
  });

  test('the local emulator, which has a key of its own', () => {
    expect(() => checkConnection(connection('http://127.0.0.1:8787'), LOCAL)).toThrow(
      /is for http:\/\/127\.0\.0\.1:8787/,
    );
  });
});

// What is accepted: functions/README.md, "Signing", host.
test.each([
  ['https://switchboard.contoso.com', OWN, 'switchboard.contoso.com'],
  ['https://switchboard.contoso.com', GATEWAY, 'switchboard.contoso.com'],
  ['https://switchboard.contoso.com:8443', OWN, 'switchboard.contoso.com:8443'],
  ['http://127.0.0.1:7071', LOCAL, 'localhost:7071'],
  ['http://127.0.0.1:7071', FORWARDED, 'localhost:7071'],
])('for %s at %j, the host %s is signed', (endpoint, own, host) => {
  expect(hostToSign(endpoint, own)).toBe(host);
});
