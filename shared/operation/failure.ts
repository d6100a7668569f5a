import type { InvocationContext } from '@azure/functions';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { operationEnded } from '../telemetry/measures.ts';
import { annotate, failSpan } from '../telemetry/telemetry.ts';
import type { Answer } from './definition.ts';
import { describeError, mask } from './masking.ts';

/** Any thrown value as our error. What we did not foresee is shown to the caller as no more than that. */
export function asSwitchboardError(error: unknown): SwitchboardError {
  if (error instanceof SwitchboardError) return error;
  const message = 'Something went wrong inside Switchboard. Its log has the details under the request id.';
  return new SwitchboardError('InternalServerError', message, { cause: error });
}

/** The error in ACS's envelope. */
export function errorBody(error: SwitchboardError) {
  const { publicCode: code, message, target, details } = error;
  return { error: { code, message, ...(target ? { target } : {}), ...(details ? { details } : {}) } };
}

export function errorAnswer(error: SwitchboardError): Answer {
  return {
    status: error.status,
    headers: {
      'x-ms-error-code': error.publicCode,
      'retry-after': error.retryAfterSeconds === undefined ? undefined : String(error.retryAfterSeconds),
    },
    body: errorBody(error),
  };
}

export interface LogFacts {
  readonly operation: string;
  readonly status: number;
  readonly client: string | undefined;
  readonly requestId: string;
  readonly startedAt: number;
  readonly error?: SwitchboardError | undefined;
}

/**
 * One line for each invocation, which is also counted. The whole error with its causes follows where it is Switchboard's
 * or ACS's fault, and where something else failed while it was handled.
 */
export function logInvocation(context: InvocationContext, facts: LogFacts): void {
  const { operation, status, client = '-', requestId, startedAt, error } = facts;
  const milliseconds = Math.round(performance.now() - startedAt);
  const reason = error ? ` ${error.publicCode}: ${error.message}` : '';
  context.log(mask(`${operation} ${status} ${milliseconds} ms client=${client} request=${requestId}${reason}`));
  operationEnded(operation, status);
  annotate({ 'switchboard.status': status, 'switchboard.error.code': error?.publicCode });
  if (!error) return;
  const isOurs = error.status >= 500;
  if (isOurs) failSpan(error.publicCode);
  if (isOurs || error.suppressed.length > 0) context.error(`${operation} request=${requestId} ${describeError(error)}`);
}
