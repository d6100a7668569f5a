/** A small, realistic mistake in the code, and the tests that must fail because of it. */
export interface PlantedFault {
  /** What goes wrong, in words. */
  readonly name: string;
  readonly file: string;
  /** Code that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Folders or files of tests, as Vitest takes them. */
  readonly tests: readonly string[];
}
