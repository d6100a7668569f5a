import { readSettings, SettingsError } from '../../shared/settings/settings.ts';

export const key = (name: string) => Buffer.from(`the key of ${name}`.padEnd(32, '!')).toString('base64');
export const bytes = (count: number) => Buffer.from('k'.repeat(count)).toString('base64');
export const PRIMARY = key('acs one');
export const SECONDARY = key('acs two');
export const connection = (accessKey: string, endpoint = 'https://contoso.communication.azure.com/') =>
  `endpoint=${endpoint};accesskey=${accessKey}`;

export const GOOD = { ACS_CONNECTION_STRING: connection(PRIMARY), AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

export function problems(variables: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings({ ...GOOD, ...variables });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}
