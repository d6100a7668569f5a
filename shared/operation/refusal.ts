import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { asSwitchboardError, errorAnswer, logInvocation } from './failure.ts';
import { toResponse } from './httpResponse.ts';

/** What was thrown as an answer in ACS's error envelope, with its line in the log. @param name of the function */
export function refusal(
  name: string,
  thrown: unknown,
  startedAt: number,
  request: HttpRequest,
  context: InvocationContext,
): HttpResponseInit {
  const error = asSwitchboardError(thrown);
  const requestId = randomUUID();
  logInvocation(context, { operation: name, status: error.status, client: undefined, requestId, startedAt, error });
  return toResponse(errorAnswer(error), request, requestId);
}
