const leastMilliseconds = 100;

export interface Backoff {
  /** Milliseconds until the next look at a queue that was empty. */
  next(): number;
  /** A message came. */
  reset(): void;
}

/** Doubles the wait, give or take a fifth, so that hosts that started together do not poll together. */
export function createBackoff(mostMilliseconds: number, random: () => number = Math.random): Backoff {
  let exponent = 0;
  return {
    next: () => {
      const spread = 0.8 + random() * 0.4;
      const wait = leastMilliseconds + leastMilliseconds * spread * (2 ** exponent - 1);
      if (wait < mostMilliseconds) exponent += 1;
      return Math.min(wait, mostMilliseconds);
    },
    reset: () => {
      exponent = 0;
    },
  };
}
