// `npm run doctor` checks a Switchboard; `npm run doctor -- sign` checks a signature.
import { readSettings } from '../../shared/settings/settings.ts';
import { readAppSettings, type Variables } from './appSettings.ts';
import { type DoctorOptions, HELP, parseOptions, readTarget } from './doctor/doctorOptions.ts';
import { examine } from './doctor/examine.ts';
import { isHealthy, reportJson, reportText } from './doctor/findings.ts';
import { runSign } from './signature/runSign.ts';

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});

/** @returns the exit code: 0 if nothing is wrong, 1 if something is, 2 if nothing could be checked */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const [command] = options.positionals;
  if (command === undefined) return runExamination(options);
  if (command === 'sign') return runSign(options, process.env);
  throw new Error(`Unknown command '${command}'; see npm run doctor -- --help.`);
}

async function runExamination(options: DoctorOptions): Promise<number> {
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
