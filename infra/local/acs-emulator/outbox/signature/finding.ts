/** A mistake in how a request was signed. */
export interface Finding {
  /** What the client did, in one sentence. */
  readonly reason: string;
  /** What to change in the client, in one sentence. */
  readonly advice: string;
}

/** The parts of the string to sign, in signing order. */
export interface SignedParts {
  readonly method: string;
  readonly target: string;
  readonly date: string;
  readonly host: string;
  readonly contentHash: string;
}

/** A value that a client may have signed in place of the right one. */
export interface Deviation extends Finding {
  readonly value: string;
}

/** Drops deviations whose value is accepted anyway, and later ones with the same value. */
export function distinct(deviations: Iterable<Deviation>, accepted: readonly string[]): Deviation[] {
  const seen = new Set(accepted);
  return [...deviations].filter(({ value }) => !seen.has(value) && seen.add(value));
}
