import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { SwitchboardError } from '../../shared/contract/switchboardError.ts';
import { publicFunction } from '../../shared/operation/define.ts';

export async function docsFile(request: HttpRequest): Promise<HttpResponseInit> {
  const { docsFileNamed } = await import('../../shared/docs/files.ts');
  const { file = '' } = request.params;
  const response = await docsFileNamed(file, new URL('../docs/', import.meta.url));
  if (!response) throw new SwitchboardError('NotFound', 'There is no such file.');
  return response;
}

publicFunction({
  name: 'docsFile',
  route: 'docs/{file}',
  summary: 'Returns a file of the API documentation page.',
  params: z.lazy(() =>
    z.object({ file: z.string().meta({ description: 'Name of the file.', examples: ['page-4XKZB2QN.js'] }) }),
  ),
  responses: { 200: { description: 'The file.', content: { '*/*': null } } },
  errors: [404],
  handler: docsFile,
});
