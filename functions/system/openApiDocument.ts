import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { publicFunction } from '../../shared/operation/define.ts';
import { operations, publicFunctions } from '../../shared/operation/definition.ts';

export async function openApiDocument(request: HttpRequest): Promise<HttpResponseInit> {
  // No other function needs these modules.
  const { openApiText } = await import('../../shared/openapi/document.ts');
  const { revalidated } = await import('../../shared/docs/revalidated.ts');
  const { processRuntime } = await import('../../shared/runtime.ts');
  const serverUrl = processRuntime().settings.publicUrl ?? new URL(request.url).origin;
  return revalidated(request, {
    contentType: 'application/json; charset=utf-8',
    body: openApiText({ operations, publicFunctions }, serverUrl),
  });
}

publicFunction({
  name: 'openApiDocument',
  route: 'openapi.json',
  summary: 'Returns this OpenAPI document.',
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': null } },
    304: { description: 'Unchanged: the version that `If-None-Match` names.' },
  },
  handler: openApiDocument,
});
