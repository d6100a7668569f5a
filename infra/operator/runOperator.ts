import { OPERATOR_NAME } from '../../shared/audit/auditEntry.ts';
import { createRuntime } from '../../shared/runtime.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { examineSettings, isReference, readAppSettings } from './appSettings.ts';
import { cancelClient } from './cancelClient.ts';
import { examineStorage } from './doctor/examineStorage.ts';
import type { Finding } from './doctor/findings.ts';
import { type OperatorOptions, readOperatorCommand } from './operatorOptions.ts';
import { parsePerson } from './person/person.ts';
import { erasePerson, exportPerson } from './person/personCommands.ts';

/**
 * Runs an operator command.
 *
 * @returns the exit code: 0 if everything is done, 1 if something is left
 * @throws Error with a message for the user if nothing could be done
 */
export async function runOperator(positionals: readonly string[], options: OperatorOptions): Promise<number> {
  const { command, subject } = readOperatorCommand(positionals, options);
  const print = (line: string) => console.log(line);
  // Parsed before the audit record: a mistyped command does nothing.
  const person = command === 'cancel-client' ? undefined : parsePerson(subject);
  // Always audited: unlike the app, this command cannot know whether it works on Azure.
  const settings = { ...readOperatorSettings(options), auditRetentionDays: 1 };
  for (const finding of await examineStorage(settings.storage)) if (finding.status === 'failed') throw problem(finding);
  const { audit, smsBatches, clients } = createRuntime(settings);
  if (options.yes || command === 'export') {
    const time = Date.now();
    await audit.record({ time, trigger: 'operator', client: OPERATOR_NAME, operation: command });
  }
  if (!person) {
    const isListed = clients.ownerNamed(subject) !== undefined;
    if (clients.isEmpty) print('CLIENTS is empty or in Key Vault: make sure that it no longer contains the client.');
    return cancelClient({ smsBatches, name: subject, isListed, mayChange: options.yes, print });
  }
  const search = { access: settings.storage, person, print };
  if (command === 'export') return exportPerson(search);
  return erasePerson({ ...search, mayChange: options.yes, withOptOuts: options['include-opt-outs'] });
}

/**
 * Reads the settings without CLIENTS if it is a Key Vault reference, which only the platform can resolve. No command needs
 * the keys.
 *
 * @throws Error if the settings are invalid
 */
function readOperatorSettings(options: OperatorOptions): Settings {
  const { CLIENTS: clients, ...rest } = readAppSettings(options.settings, process.env);
  const { finding, settings } = examineSettings(isReference(clients) ? rest : { ...rest, CLIENTS: clients });
  if (!settings) throw problem(finding);
  return settings;
}

function problem({ message, remedy = '' }: Finding): Error {
  return new Error(`${message}\n→ ${remedy}`);
}
