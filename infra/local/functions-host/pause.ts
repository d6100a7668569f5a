export interface Pause {
  /** Waits for `wake` or, at most, the given time. Only one wait at a time. */
  wait(milliseconds?: number): Promise<void>;
  wake(): void;
}

/** Creates a delay that can be ended early. */
export function createPause(): Pause {
  let end: (() => void) | undefined;
  return {
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(() => end?.(), milliseconds);
        end = () => {
          clearTimeout(timer);
          end = undefined;
          resolve();
        };
      }),
    wake: () => end?.(),
  };
}
