import { AsyncLocalStorage } from 'node:async_hooks';

/** Writes what failed, and why, to the log of an invocation. */
export type FailureWriter = (what: string, error: unknown) => void;

const invocation = new AsyncLocalStorage<FailureWriter>();

/** Runs an invocation: everything that `logFailure` is given within it goes to `write`. */
export function withFailureLog<Result>(write: FailureWriter, run: () => Promise<Result>): Promise<Result> {
  return invocation.run(write, run);
}

/** Logs an error that is handled here, because the invocation goes on without it. @param what names ids, never people */
export function logFailure(what: string, error: unknown): void {
  const write = invocation.getStore();
  if (write) write(what, error);
  else process.emitWarning(`${what}: ${error instanceof Error ? error.name : typeof error}`, 'HandledFailure');
}
