import type { Fault } from './fault.ts';
import { acsError, type ServiceError } from './serviceError.ts';

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
