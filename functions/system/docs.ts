import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { publicFunction } from '../../shared/operation/define.ts';

export async function docs(request: HttpRequest): Promise<HttpResponseInit> {
  const { docsPage } = await import('../../shared/docs/files.ts');
  return docsPage(request, new URL('../docs/', import.meta.url));
}

publicFunction({
  name: 'docs',
  route: 'docs',
  summary: 'Shows the API documentation in a browser.',
  responses: {
    200: { description: 'The page.', content: { 'text/html': null } },
    304: { description: 'Unchanged: the version that `If-None-Match` names.' },
    308: { description: 'Redirects to the same address without the trailing slash.' },
  },
  handler: docs,
});
