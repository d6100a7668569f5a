/** The app or its settings cannot be run. The message is what the developer reads: one line for each thing to mend. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Maps every item, so that one start shows all there is to mend. @throws StartError with the lines of all that failed */
export function mapOrRefuse<T, R>(items: Iterable<T>, map: (item: T) => R): R[] {
  const results: R[] = [];
  const problems: string[] = [];
  for (const item of items) {
    try {
      results.push(map(item));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new StartError(problems.join('\n'));
  return results;
}
