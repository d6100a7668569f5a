import { StartError } from './start-error.ts';

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
