import { refusal, type ServiceError } from './errors.ts';
import { Fields } from './fields.ts';

/** A disturbance asked for through `PUT /_emulator/faults`. Counted, never drawn by chance. */
export interface Fault {
  /** The name of a route, or `*` for every operation of the four services. */
  readonly operation: string;
  /** An HTTP status, an answer that never comes, or a connection that is reset. */
  readonly status: number | 'timeout' | 'reset';
  readonly retryAfterSeconds?: number;
  /** How often it strikes altogether; without it, for ever. */
  readonly count?: number;
  /** Strikes each n-th request; 1 without it. */
  readonly everyNth?: number;
  /** The request takes effect, and only its answer is lost. */
  readonly afterEffect?: boolean;
}

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

  /** Counts a request of an operation, and says which fault, if any, strikes it: the first that is due. */
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

/** @throws ServiceError 400 that says what is wrong */
export function readFaults(value: unknown, operations: readonly string[]): Fault[] {
  if (!Array.isArray(value)) throw invalidFault('', 'The body must be an array of faults.');
  return value.map((item, index) => readFault(new Fields(item, `[${index}]`, invalidFault), operations));
}

function readFault(fields: Fields, operations: readonly string[]): Fault {
  const operation = fields.text('operation');
  if (operation !== '*' && !operations.includes(operation)) {
    throw fields.refuse('operation', `There is no operation '${operation}'. Known: *, ${operations.join(', ')}.`);
  }
  const retryAfterSeconds = positive(fields, 'retryAfterSeconds', 0);
  const count = positive(fields, 'count', 1);
  const everyNth = positive(fields, 'everyNth', 1);
  const afterEffect = fields.optionalFlag('afterEffect');
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
  throw fields.refuse('status', 'status must be "timeout", "reset" or an HTTP status from 400 to 599.');
}

function positive(fields: Fields, name: string, minimum: number): number | undefined {
  const value = fields.optionalInteger(name);
  if (value === undefined || value >= minimum) return value;
  throw fields.refuse(name, `${name} must be at least ${minimum}.`);
}

function invalidFault(field: string, message: string): ServiceError {
  return refusal(400, 'InvalidFault', field === '' ? message : `${field}: ${message}`);
}

const STATUS_ERRORS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['Unauthorized', 'Request is not authorized.'],
  403: ['Forbidden', 'User is not allowed to perform specified action.'],
  429: ['TooManyRequests', 'Rate limit exceeded.'],
  500: ['InternalServerError', 'The server encountered an internal error.'],
  503: ['ServiceUnavailable', 'The server is currently unavailable.'],
};

/** The answer of a fault that has a status. */
export function faultAnswer(status: number, retryAfterSeconds: number | undefined): ServiceError {
  const [code, message] = STATUS_ERRORS[status] ?? [`Status${status}`, 'The request failed.'];
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return refusal(status, code, message, { headers });
}
