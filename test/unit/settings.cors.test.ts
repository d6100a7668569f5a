import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../../shared/settings/settings.ts';

const GOOD = {
  ACS_CONNECTION_STRING: 'endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0a2V5',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

function problems(variables: Record<string, string>): readonly string[] {
  try {
    readSettings({ ...GOOD, ...variables });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe('CORS_ORIGINS', () => {
  test.each([
    ['https://app.contoso.com', ['https://app.contoso.com']],
    ['https://a.example,https://b.example:8443', ['https://a.example', 'https://b.example:8443']],
    [' https://a.example , http://localhost:5173 ', ['https://a.example', 'http://localhost:5173']],
    ['HTTPS://App.Contoso.com:443', ['https://app.contoso.com']],
    ['https://a.example,https://A.example', ['https://a.example']],
    ['https://a.example,', ['https://a.example']],
    ['*', ['*']],
    ['', []],
  ])('%j', (text, origins) => {
    expect(readSettings({ ...GOOD, CORS_ORIGINS: text }).corsOrigins).toEqual(new Set(origins));
  });

  test.each([
    'app.contoso.com',
    'https://app.contoso.com/',
    'https://app.contoso.com/path',
    'https://app.contoso.com\\path',
    'https://app.contoso.com?x',
    'https://app.contoso.com#x',
    'https://user@app.contoso.com',
    'https://*.contoso.com',
    'http://app.contoso.com',
    'ftp://app.contoso.com',
    'null',
    'https://a.example;https://b.example',
    'https://a.example https://b.example',
    '*,https://a.example',
  ])('%j is invalid, and not shown', (text) => {
    const [problem = '', ...others] = problems({ CORS_ORIGINS: text });
    expect(problem).toMatch(/^CORS_ORIGINS/);
    expect(others).toEqual([]);
    if (text.length > 4) expect(problem).not.toContain(text);
  });
});
