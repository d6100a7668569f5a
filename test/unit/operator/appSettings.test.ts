import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettingsFile, resolveReferences } from '../../../infra/operator/appSettings.ts';

const folder = mkdtempSync(join(tmpdir(), 'switchboard-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(content: string) {
  const file = join(folder, 'settings');
  writeFileSync(file, content);
  return readSettingsFile(file);
}

const WANTED = { CLIENTS: '[{"name":"shop"}]', SMS_REPEATABILITY_WINDOW_SECONDS: '300' };

describe('reads settings', () => {
  test.each([
    ['from local.settings.json', JSON.stringify({ IsEncrypted: false, Values: WANTED })],
    [
      'from the Azure CLI',
      JSON.stringify(Object.entries(WANTED).map(([name, value]) => ({ name, slotSetting: false, value }))),
    ],
    ['from one object, including numbers', JSON.stringify({ ...WANTED, SMS_REPEATABILITY_WINDOW_SECONDS: 300 })],
    ['from lines NAME=value', `# mine\nCLIENTS='[{"name":"shop"}]'\nSMS_REPEATABILITY_WINDOW_SECONDS=300\n`],
  ])('%s', (_what, content) => {
    expect(read(content)).toEqual(WANTED);
  });
});

test.each(['{"CLIENTS": "hunter2', '{"CLIENTS": ["hunter2"]}', '[["hunter2"]]'])(
  '%s is rejected and not quoted',
  (content) => {
    expect(() => read(content)).toThrow(/settings (?:is not valid JSON|must contain settings)/);
    expect(() => read(content)).not.toThrow(/hunter2/);
  },
);

test('the environment replaces Key Vault references and nothing else', () => {
  const reference = '@Microsoft.KeyVault(VaultName=contoso;SecretName=clients)';
  const settings = { CLIENTS: reference, ACS_CONNECTION_STRING: reference, PUBLIC_URL: 'https://a.example' };
  const environment = { CLIENTS: '[]', PUBLIC_URL: 'https://b.example' };
  expect(resolveReferences(settings, environment)).toEqual({ ...settings, CLIENTS: '[]' });
});
