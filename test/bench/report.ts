import { rounded } from './statistics.ts';

/** How a figure is held against its budget. */
export interface Budget {
  readonly relation: '<' | '≤' | '>' | '≥';
  readonly limit: number;
}

export interface Figure {
  readonly figure: number;
  /** Such as `≤ 1.5`. */
  readonly budget?: string;
  readonly met?: boolean;
}

/** Figures by name: `<bench>.<what><Unit>`. */
export type Figures = Readonly<Record<string, Figure>>;

const RELATIONS: Readonly<Record<Budget['relation'], (figure: number, limit: number) => boolean>> = {
  '<': (figure, limit) => figure < limit,
  '≤': (figure, limit) => figure <= limit,
  '>': (figure, limit) => figure > limit,
  '≥': (figure, limit) => figure >= limit,
};

/**
 * Puts a measured value, rounded, beside its budget.
 *
 * @throws Error for a value that is no number: nothing was measured
 */
export function figure(value: number, budget?: Budget): Figure {
  if (!Number.isFinite(value)) throw new Error(`A figure must be a number, not ${value}.`);
  if (!budget) return { figure: rounded(value) };
  const { relation, limit } = budget;
  return { figure: rounded(value), budget: `${relation} ${limit}`, met: RELATIONS[relation](value, limit) };
}
