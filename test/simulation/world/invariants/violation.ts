/** An invariant that does not hold, and the facts that show it. */
export interface Violation {
  readonly invariant: string;
  readonly facts: object;
}
