import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { catchAllFunction } from '../../shared/operation/define.ts';
import { operations, publicFunctions } from '../../shared/operation/definition.ts';

/**
 * Serves every request without another function: answers a browser's preflight for chat, else 404 or 405 in ACS's envelope.
 * The name must sort last, because the host tries routes in the order of function names.
 *
 * @throws SwitchboardError `NotFound`, or `MethodNotAllowed` for a path that has other methods
 */
export async function zUnknownOperation(request: HttpRequest): Promise<HttpResponseInit> {
  if (request.method === 'OPTIONS') {
    const { isPreflight, preflightAnswer } = await import('../../shared/operation/cors.ts');
    if (isPreflight(request)) {
      const { processRuntime } = await import('../../shared/runtime.ts');
      const answer = preflightAnswer(request, operations, processRuntime().settings.corsOrigins);
      if (answer) return answer;
    }
  }
  const { servedBy, unknownRequest } = await import('../../shared/operation/unknownRequest.ts');
  throw unknownRequest(request.method, new URL(request.url).pathname, servedBy(operations, publicFunctions));
}

catchAllFunction('zUnknownOperation', zUnknownOperation);
