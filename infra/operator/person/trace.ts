/** Something that is stored about a person. */
export interface Trace {
  /** e.g. `table emails` */
  readonly store: string;
  /** Within the store. */
  readonly place: string;
  readonly content: unknown;
  /** Why it stays, where it does. */
  readonly kept?: string;
  /** @returns false when it has changed since it was found, and has to be looked at again */
  readonly erase: () => Promise<boolean>;
}
