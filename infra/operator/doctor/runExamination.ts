import { readSettings } from '../../../shared/settings/settings.ts';
import { findConnection, readRunningStart } from '../../local/client/connection.ts';
import { readAppSettings, type Variables } from '../appSettings.ts';
import { examine } from './examine.ts';
import type { SwitchboardTarget } from './examineSwitchboard.ts';
import { isHealthy, reportJson, reportText } from './findings.ts';

/** The options of `npm run doctor`. */
export interface DoctorOptions {
  readonly settings?: string | undefined;
  readonly url?: string | undefined;
  readonly connection?: string | undefined;
  readonly client?: string | undefined;
  readonly body?: string | undefined;
  readonly json: boolean;
}

/** Examines a Switchboard and prints the findings. @returns the exit code: 0 if nothing is wrong, 1 if something is */
export async function runExamination(options: DoctorOptions): Promise<number> {
  const variables = readAppSettings(options.settings, process.env);
  const target = readTarget(options, firstKey(variables));
  const findings = await examine(variables, target, () => new Date());
  console.log(options.json ? reportJson(findings) : reportText(findings));
  return isHealthy(findings) ? 0 : 1;
}

function firstKey(variables: Variables): string | undefined {
  try {
    return readSettings(variables).clients[0]?.keys[0];
  } catch {
    return undefined; // the examination reports what is wrong with the settings
  }
}

/**
 * Returns the Switchboard to check: that of the command line or, unless other settings are given, the running `npm start`.
 *
 * @throws Error if the address or the connection string is malformed
 */
function readTarget(
  { settings, url, connection }: DoctorOptions,
  firstKey: string | undefined,
): SwitchboardTarget | undefined {
  const running = settings === undefined && url === undefined ? readRunningStart()?.client : undefined;
  const string = connection ?? running;
  const known = string === undefined ? { accessKey: firstKey } : findConnection(string);
  if (url === undefined) return 'endpoint' in known ? known : undefined;
  if (!URL.canParse(url)) throw new Error(`--url must look like https://switchboard.contoso.com, not '${url}'.`);
  const { accessKey } = known;
  return { endpoint: url.replace(/(?<!\/)\/+$/, ''), ...(accessKey === undefined ? {} : { accessKey }) };
}
