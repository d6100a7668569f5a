import type { Settings } from '../../../shared/settings/settings.ts';
import { examineSettings, type Variables } from '../appSettings.ts';
import { CLOCK, CREDENTIAL, examineAcs, examineSigning, REACH, SIGNING } from './examineAcs.ts';
import { CLIENTS, examineClients, examineLimits, LIMITS } from './examineClients.ts';
import { EVENTS, examineQueues, examineStorage, POISON, STORAGE_NAMES } from './examineStorage.ts';
import { examineSwitchboard, SWITCHBOARD, type SwitchboardTarget } from './examineSwitchboard.ts';
import { type Finding, skipped } from './findings.ts';

/**
 * Runs all checks. Earlier findings explain later ones.
 *
 * @param target a running Switchboard to check as well
 */
export async function examine(
  variables: Variables,
  target: SwitchboardTarget | undefined,
  now: () => Date,
): Promise<readonly Finding[]> {
  const { finding, settings } = examineSettings(variables);
  const names = [CLOCK, ...STORAGE_NAMES, REACH, CREDENTIAL, SIGNING, CLIENTS, LIMITS, EVENTS, POISON];
  const dependent = settings ? await examineDependencies(settings, now) : skipAll(names, 'because of the settings');
  const running = target ? await examineSwitchboard(target) : skipped(SWITCHBOARD, 'no --url was given');
  return [finding, ...dependent, running];
}

async function examineDependencies(settings: Settings, now: () => Date): Promise<readonly Finding[]> {
  const [acs, storage] = await Promise.all([examineAcs(settings, now), examineStorage(settings.storage)]);
  const { clock, reach, credential } = acs;
  const queuesWork = storage[0]?.status === 'ok';
  const queues = queuesWork
    ? await examineQueues(settings.storage)
    : skipAll([EVENTS, POISON], `because of ${STORAGE_NAMES[0]}`);
  const signing = examineSigning(settings.acs.kind === 'keys' && credential.status === 'ok');
  return [clock, ...storage, reach, credential, signing, examineClients(settings), examineLimits(settings), ...queues];
}

function skipAll(names: readonly string[], because: string): readonly Finding[] {
  return names.map((name) => skipped(name, because));
}
