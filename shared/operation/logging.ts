import type { InvocationContext } from '@azure/functions';
import { loggedTarget } from '../contract/fieldNames.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { describeError, loggedCode, logLine } from '../telemetry/masking.ts';
import { operationEnded } from '../telemetry/measures.ts';
import { annotate, failSpan } from '../telemetry/telemetry.ts';
import type { Answer, AnyOperation } from './definition.ts';

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
  /** The name of the function. */
  readonly operation: string;
  /** Undefined where the function is no operation. */
  readonly request?: AnyOperation['request'];
  readonly status: number;
  /** The name of a client that is configured. */
  readonly client: string | undefined;
  /** Made here, or by the queue. */
  readonly requestId: string;
  readonly startedAt: number;
  readonly error?: SwitchboardError | undefined;
}

/**
 * One line for each invocation, which is also counted: of an error its code, and the field that is wrong. What the error says
 * is for the caller alone, as it may quote the request. The whole error with its causes follows where it is Switchboard's
 * or ACS's fault, and where something else failed while it was handled.
 */
export function logInvocation(context: InvocationContext, facts: LogFacts): void {
  const { operation, status, client = '-', requestId, startedAt, error } = facts;
  const milliseconds = Math.round(performance.now() - startedAt);
  const code = error && loggedCode(error.publicCode);
  const reason = error ? ` ${code}${targetOf(error, facts.request)}` : '';
  context.log(logLine(`${operation} ${status} ${milliseconds} ms client=${client} request=${requestId}${reason}`));
  operationEnded(operation, status);
  annotate({ 'switchboard.status': status, 'switchboard.error.code': code });
  if (!error) return;
  const isOurs = error.status >= 500;
  if (isOurs) failSpan(loggedCode(error.publicCode));
  if (isOurs || error.suppressed.length > 0) {
    context.error(`${logLine(`${operation} request=${requestId}`)} ${describeError(error)}`);
  }
}

function targetOf({ target }: SwitchboardError, request: LogFacts['request']): string {
  return target ? ` target=${loggedTarget(target, request ? [request.params, request.body] : [])}` : '';
}
