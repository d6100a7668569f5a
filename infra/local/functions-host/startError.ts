/** The app or its settings cannot be run. The message is for the developer, with one line for each problem. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Maps every item, so that one start shows all problems. @throws StartError with the lines of all items that failed */
export function mapOrReject<T, R>(items: Iterable<T>, map: (item: T) => R): R[] {
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

/** The app settings: environment variables, as in Azure. */
export type AppSettings = Readonly<Record<string, string | undefined>>;

/** Replaces each `%NAME%` with the app setting of that name. @throws StartError if it is missing */
export function resolveSettings(text: string, settings: AppSettings, where: string): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new StartError(`${where}: the app setting ${name} is missing.`);
    return value;
  });
}

/** Returns the storage connection string of a binding. @throws StartError if it is missing */
export function storageConnection(connection: string, settings: AppSettings, functionName: string): string {
  const name = connection || 'AzureWebJobsStorage';
  const value = settings[`AzureWebJobs${name}`] || settings[name];
  if (value) return value;
  throw new StartError(`${functionName}: the app setting ${name} (its storage connection string) is missing.`);
}
