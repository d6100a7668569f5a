export interface Pause {
  /** Waits for `wake`, or for as long as is said. One wait at a time. */
  wait(milliseconds?: number): Promise<void>;
  wake(): void;
}

/** A wait that can be cut short, and leaves nothing behind when it was. */
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
