// `npm run operator -- <command>`: what an operator does to the data of a Switchboard, on this machine or on Azure.
import { OPERATOR_NAME } from '../../shared/audit/auditEntry.ts';
import { createRuntime } from '../../shared/runtime.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { cancelClient } from './command/cancelClient.ts';
import { HELP, type OperatorOptions, parseCommandLine } from './command/commandLine.ts';
import { settingsOf } from './doctor/options.ts';
import { examineSettings } from './doctor/settings.ts';
import { isReference } from './doctor/settingsfile.ts';
import { erasePerson } from './person/erase.ts';
import { exportPerson } from './person/export.ts';
import { parsePerson } from './person/person.ts';

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});

/** @returns 0 when all is done, 1 when something is left, 2 when nothing could be done */
async function main(): Promise<number> {
  const { command, subject, options } = parseCommandLine(process.argv.slice(2));
  if (command === 'help') {
    console.log(HELP);
    return 0;
  }
  const print = (line: string) => console.log(line);
  // Before anything is recorded: what is mistyped was not done.
  const person = command === 'cancel-client' ? undefined : parsePerson(subject);
  // What an operator does is recorded wherever the app runs: only the app itself knows whether that is on Azure.
  const settings = { ...readOperatorSettings(options), auditRetentionDays: 1 };
  const { audit, smsBatches, clients } = createRuntime(settings);
  if (options.yes || command === 'export') {
    const time = Date.now();
    await audit.record({ time, trigger: 'operator', client: OPERATOR_NAME, operation: command });
  }
  if (!person) {
    const isListed = clients.ownerNamed(subject) !== undefined;
    if (clients.isEmpty) print('CLIENTS is empty or in Key Vault: make sure that the client is not in it any more.');
    return cancelClient({ smsBatches, name: subject, isListed, mayChange: options.yes, print });
  }
  const facts = { access: settings.storage, person, print };
  if (command === 'export') return exportPerson(facts);
  return erasePerson({ ...facts, mayChange: options.yes, withOptOuts: options['include-opt-outs'] });
}

/**
 * CLIENTS may be a reference to Key Vault, which only the platform can follow: no command needs the keys.
 *
 * @throws Error with what is wrong with the settings
 */
function readOperatorSettings(options: OperatorOptions): Settings {
  const { CLIENTS: clients, ...rest } = settingsOf(options, process.env);
  const { finding, settings } = examineSettings(isReference(clients) ? rest : { ...rest, CLIENTS: clients });
  if (!settings) throw new Error(`${finding.message}\n→ ${finding.remedy ?? ''}`);
  return settings;
}
