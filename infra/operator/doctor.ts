// `npm run doctor`: says what is wrong with a Switchboard; with `sign`, what is wrong with a signature.
import { readSettings } from '../../shared/settings/settings.ts';
import { examine } from './doctor/examine.ts';
import { HELP, type Options, parseOptions, settingsOf, switchboardOf } from './doctor/options.ts';
import { isHealthy, reportJson, reportText } from './doctor/report.ts';
import type { Variables } from './doctor/settingsfile.ts';
import { runSign } from './signature/run.ts';

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});

/** @returns 0 when nothing is wrong, 1 when something is, 2 when nothing could be looked at */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const [command] = options.positionals;
  if (command === undefined) return runExamination(options);
  if (command === 'sign') return runSign(options, process.env);
  throw new Error(`There is no '${command}'; npm run doctor -- --help tells what there is.`);
}

async function runExamination(options: Options): Promise<number> {
  const variables = settingsOf(options, process.env);
  const switchboard = switchboardOf(options, firstKey(variables));
  const findings = await examine({ variables, switchboard, now: () => new Date() });
  console.log(options.json ? reportJson(findings) : reportText(findings));
  return isHealthy(findings) ? 0 : 1;
}

function firstKey(variables: Variables): string | undefined {
  try {
    return readSettings(variables).clients[0]?.keys[0];
  } catch {
    return undefined; // the examination says what is wrong with the settings
  }
}
