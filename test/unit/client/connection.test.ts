import { expect, test } from 'vitest';
import { SwitchboardClient } from '../../../shared/client/client.ts';
import { parseConnection } from '../../../shared/client/connection.ts';

const parts = { endpoint: 'https://switchboard.contoso.com', accessKey: 'a2V5LWtleS1rZXk=' };

/** @see https://learn.microsoft.com/azure/communication-services/quickstarts/create-communication-resource */
test.each([
  'endpoint=https://switchboard.contoso.com/;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=https://switchboard.contoso.com;accesskey=a2V5LWtleS1rZXk=;',
  'EndPoint = https://switchboard.contoso.com// ; AccessKey = a2V5LWtleS1rZXk= ',
  'accesskey=a2V5LWtleS1rZXk=;endpoint=https://switchboard.contoso.com:443',
])('%s', (text) => {
  expect(parseConnection(text)).toEqual(parts);
});

test('the parts may be given on their own', () => {
  expect(parseConnection({ ...parts, endpoint: 'http://127.0.0.1:7071/' })).toEqual({
    ...parts,
    endpoint: 'http://127.0.0.1:7071',
  });
});

test.each([
  '',
  'https://switchboard.contoso.com',
  'endpoint=https://switchboard.contoso.com',
  'accesskey=a2V5LWtleS1rZXk=',
  'endpoint=;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=switchboard.contoso.com;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=ftp://switchboard.contoso.com;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=https://switchboard.contoso.com/path;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=https://user:pass@switchboard.contoso.com;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=https://switchboard.contoso.com?a=b;accesskey=a2V5LWtleS1rZXk=',
  'endpoint=https://switchboard.contoso.com;accesskey=a2V5 not base64',
])("'%s' is refused, without the key in the message", (text) => {
  const attempt = () => new SwitchboardClient(text);
  expect(attempt).toThrow(TypeError);
  expect(attempt).not.toThrow(/a2V5/);
});

test('an environment variable may be passed as it is, set or not', () => {
  const variables: Record<string, string | undefined> = {};
  expect(() => new SwitchboardClient(variables['SWITCHBOARD_CONNECTION_STRING'])).toThrow(TypeError);
});

test.each([null, {}, { endpoint: parts.endpoint }, { accessKey: parts.accessKey }])(
  '%j is refused with what it must be',
  (connection) => {
    expect(() => new SwitchboardClient(connection as never)).toThrow(/^The (?:connection string|endpoint) must /);
  },
);
