import type { Settings } from '../../../shared/settings/settings.ts';
import { CLOCK, CREDENTIAL, examineAcs, REACH } from './acs.ts';
import { CLIENTS, examineClients } from './clients.ts';
import { type Finding, skipped } from './finding.ts';
import { examineLimits, LIMITS } from './limits.ts';
import type { AskedSwitchboard } from './options.ts';
import { EVENTS, examineQueues, POISON } from './queues.ts';
import { examineSettings } from './settings.ts';
import type { Variables } from './settingsfile.ts';
import { examineSigning, SIGNING } from './signing.ts';
import { examineStorage, STORAGE_NAMES } from './storage.ts';
import { examineSwitchboard, SWITCHBOARD } from './switchboard.ts';

export interface Patient {
  /** The app settings. */
  readonly variables: Variables;
  /** A running Switchboard, if one is to be asked, and a client's key for it. */
  readonly switchboard: AskedSwitchboard | undefined;
  readonly now: () => Date;
}

/** Looks at everything, in the order in which one thing explains the next. */
export async function examine({ variables, switchboard, now }: Patient): Promise<readonly Finding[]> {
  const { finding, settings } = examineSettings(variables);
  const inside = settings ? await examineInside(settings, now) : insideSkipped();
  const outside = switchboard ? await examineSwitchboard(switchboard) : skipped(SWITCHBOARD, 'no --url was given');
  return [finding, ...inside, outside];
}

async function examineInside(settings: Settings, now: () => Date): Promise<readonly Finding[]> {
  const [acs, storage] = await Promise.all([examineAcs(settings, now), examineStorage(settings.storage)]);
  const { clock, reach, credential } = acs;
  const queuesWork = storage[0]?.status === 'ok';
  const queues = queuesWork
    ? await examineQueues(settings.storage)
    : without([EVENTS, POISON], `because of ${STORAGE_NAMES[0]}`);
  const signing = examineSigning(settings.acs.kind === 'keys' && credential.status === 'ok');
  return [clock, ...storage, reach, credential, signing, examineClients(settings), examineLimits(settings), ...queues];
}

function insideSkipped(): readonly Finding[] {
  const names = [CLOCK, ...STORAGE_NAMES, REACH, CREDENTIAL, SIGNING, CLIENTS, LIMITS, EVENTS, POISON];
  return without(names, 'because of the settings');
}

function without(names: readonly string[], because: string): readonly Finding[] {
  return names.map((name) => skipped(name, because));
}
