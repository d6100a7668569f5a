import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { SwitchboardError } from '../../shared/contract/switchboardError.ts';
import { catchAllFunction } from '../../shared/operation/define.ts';
import { operations } from '../../shared/operation/definition.ts';

/**
 * Serves every request without another function: answers a browser's preflight for chat, else 404 in ACS's envelope. The
 * name must sort last, because the host tries routes in the order of function names.
 *
 * @throws SwitchboardError `NotFound`
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
  throw new SwitchboardError(
    'NotFound',
    'Switchboard has no such operation. GET /openapi.json lists every method and path that it has.',
  );
}

catchAllFunction('zUnknownOperation', zUnknownOperation);
