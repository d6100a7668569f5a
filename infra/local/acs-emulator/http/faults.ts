import type { Fault } from './fault.ts';
import { Fields } from './fields.ts';
import { acsError, type FieldError, type ServiceError } from './serviceError.ts';

interface CountedFault {
  readonly fault: Fault;
  seen: number;
  fired: number;
}

export class Faults {
  #faults: CountedFault[] = [];

  replace(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, seen: 0, fired: 0 }));
  }

  list(): object[] {
    return this.#faults.map(({ fault, seen, fired }) => ({ ...fault, seen, fired }));
  }

  /** Counts a request of an operation and returns the first fault that is due, if any. */
  strike(operation: string): Fault | undefined {
    let struck: Fault | undefined;
    for (const counted of this.#faults) {
      const { fault } = counted;
      if (fault.operation !== '*' && fault.operation !== operation) continue;
      counted.seen += 1;
      if (struck || !isDue(counted)) continue;
      counted.fired += 1;
      struck = fault;
    }
    return struck;
  }
}

function isDue({ fault, seen, fired }: CountedFault): boolean {
  return seen % (fault.everyNth ?? 1) === 0 && fired < (fault.count ?? Number.POSITIVE_INFINITY);
}

/**
 * Reads an array of faults.
 *
 * @param path of the array, for errors; empty if it is the whole body
 * @throws the error of a field
 */
export function readFaults(value: unknown, operations: readonly string[], path: string, invalid: FieldError): Fault[] {
  if (!Array.isArray(value)) throw invalid(path, `${path || 'The body'} must be an array of faults.`);
  return value.map((item, index) => readFault(new Fields(item, `${path}[${index}]`, invalid), operations));
}

/** With the counts in `GET /_emulator/faults`, whose list can be put back. */
const NAMES = ['operation', 'status', 'retryAfterSeconds', 'count', 'everyNth', 'afterEffect', 'seen', 'fired'];

function readFault(fields: Fields, operations: readonly string[]): Fault {
  fields.allowOnly(NAMES);
  const operation = fields.string('operation');
  if (operation !== '*' && !operations.includes(operation)) {
    throw fields.invalid('operation', `Unknown operation '${operation}'. Use one of: *, ${operations.join(', ')}.`);
  }
  const retryAfterSeconds = readAtLeast(fields, 'retryAfterSeconds', 0);
  const count = readAtLeast(fields, 'count', 1);
  const everyNth = readAtLeast(fields, 'everyNth', 1);
  const afterEffect = fields.optionalBoolean('afterEffect');
  return {
    operation,
    status: readStatus(fields),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(count !== undefined && { count }),
    ...(everyNth !== undefined && { everyNth }),
    ...(afterEffect !== undefined && { afterEffect }),
  };
}

function readStatus(fields: Fields): Fault['status'] {
  const status = fields.value('status');
  if (status === 'timeout' || status === 'reset') return status;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599) return status;
  throw fields.invalid('status', 'status must be "timeout", "reset" or an HTTP status from 400 to 599.');
}

function readAtLeast(fields: Fields, name: string, minimum: number): number | undefined {
  const value = fields.optionalInteger(name);
  if (value === undefined || value >= minimum) return value;
  throw fields.invalid(name, `${name} must be at least ${minimum}.`);
}

const STATUS_ERRORS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['Unauthorized', 'Request is not authorized.'],
  403: ['Forbidden', 'User is not allowed to perform specified action.'],
  429: ['TooManyRequests', 'Rate limit exceeded.'],
  500: ['InternalServerError', 'The server encountered an internal error.'],
  503: ['ServiceUnavailable', 'The server is currently unavailable.'],
};

/** The error response of a fault with a status. */
export function faultError(status: number, retryAfterSeconds: number | undefined): ServiceError {
  const [code, message] = STATUS_ERRORS[status] ?? [`Status${status}`, 'The request failed.'];
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return acsError(status, code, message, { headers });
}
