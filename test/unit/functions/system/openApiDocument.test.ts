import { HttpRequest } from '@azure/functions';
import { afterEach, expect, test, vi } from 'vitest';

const SETTINGS = {
  ACS_CONNECTION_STRING: 'endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0a2V5',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

/** The document of a process with these settings. */
async function documentWith(settings: Readonly<Record<string, string>>): Promise<unknown> {
  vi.resetModules();
  for (const [name, value] of Object.entries({ ...SETTINGS, ...settings })) vi.stubEnv(name, value);
  const { openApiDocument } = await import('../../../../functions/system/openApiDocument.ts');
  const { body } = await openApiDocument(
    new HttpRequest({ method: 'GET', url: 'https://switchboard.example/openapi.json' }),
  );
  return JSON.parse(String(body));
}

afterEach(() => vi.unstubAllEnvs());

test.each([
  [{}, 'https://switchboard.example'],
  [{ PUBLIC_URL: 'https://gateway.example/acs/' }, 'https://gateway.example/acs'],
])('with %j it says that callers reach Switchboard at %s', async (settings, url) => {
  expect(await documentWith(settings)).toMatchObject({
    servers: [{ url }],
    paths: { '/openapi.json': { get: { operationId: 'openApiDocument', security: [] } } },
  });
});

test('it tells nothing of the settings', async () => {
  expect(JSON.stringify(await documentWith({}))).not.toMatch(/contoso\.communication|c2VjcmV0a2V5/);
});
