/** A day. A timer of more than 24.8 days would fire immediately. */
export const MAXIMUM_DELAY_SECONDS = 86_400;

/** Resolves after a delay. An abort clears the timer and rejects with the signal's reason. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return abortable(elapsed, signal).finally(() => clearTimeout(timer));
}

/** Settles like the promise, unless an abort comes first: then rejects immediately with the signal's reason. */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What `@azure/abort-controller` and every `AbortSignal` have. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Runs a function with a new signal, which is aborted together with `like`, or by the function itself. */
export async function withSignal<Value>(
  like: AbortSignalLike | undefined,
  run: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(like && Reflect.get(like, 'reason'));
  if (like?.aborted) onAbort();
  like?.addEventListener('abort', onAbort);
  try {
    return await run(controller.signal, (reason) => controller.abort(reason));
  } finally {
    like?.removeEventListener('abort', onAbort);
  }
}
