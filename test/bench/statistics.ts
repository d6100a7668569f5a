/** Middle value; of an even number of values the upper one of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the given share (0 to 1) of all values lies below. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/**
 * Median of the ratios of values that were measured beside each other: what disturbed the machine for a while disturbed
 * both values of a pair.
 */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, index) => value / (bases[index] ?? Number.NaN)));
}

/** To four digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
