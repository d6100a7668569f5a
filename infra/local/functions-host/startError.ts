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

/** The app settings: environment variables, as in Azure. */
export type AppSettings = Readonly<Record<string, string | undefined>>;

/** Replaces each `%NAME%` by the app setting of that name. @throws StartError when there is none */
export function resolveSettings(text: string, settings: AppSettings, where: string): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new StartError(`${where}: the app setting ${name} is missing.`);
    return value;
  });
}

/** The storage connection string that a binding names. @throws StartError when there is none */
export function storageConnection(connection: string, settings: AppSettings, functionName: string): string {
  const name = connection || 'AzureWebJobsStorage';
  const value = settings[`AzureWebJobs${name}`] || settings[name];
  if (value) return value;
  throw new StartError(`${functionName}: the app setting ${name} (its storage connection string) is missing.`);
}
