import { AsyncLocalStorage } from 'node:async_hooks';

/** Writes a failure to the log of an invocation. */
export type FailureWriter = (what: string, error: unknown) => void;

const invocation = new AsyncLocalStorage<FailureWriter>();

/** Runs an invocation whose calls of `logFailure` go to `write`. */
export function withFailureLog<Result>(write: FailureWriter, run: () => Promise<Result>): Promise<Result> {
  return invocation.run(write, run);
}

/** Logs an error that does not fail the invocation. @param what may contain ids, but no personal data */
export function logFailure(what: string, error: unknown): void {
  const write = invocation.getStore();
  if (write) write(what, error);
  else process.emitWarning(`${what}: ${error instanceof Error ? error.name : typeof error}`, 'HandledFailure');
}
