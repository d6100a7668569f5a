import { createAcsProbe, type ProbeAnswer } from '../../../shared/acs/probe.ts';
import { DEADLINE_MILLISECONDS } from '../../../shared/health/check.ts';
import { reasonOf } from '../../../shared/health/reason.ts';
import { clockVerdict, credentialVerdict } from '../../../shared/health/verdicts.ts';
import type { AcsAccess, Settings } from '../../../shared/settings/settings.ts';
import { obstacleRemedy, obstacleText, obstacleTo } from './connect.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';

/** The names of the findings. */
export const CLOCK = 'clock';
export const REACH = 'ACS';
export const CREDENTIAL = 'ACS credential';

export interface AcsFindings {
  readonly clock: Finding;
  readonly reach: Finding;
  readonly credential: Finding;
}

/** A credential by itself, named by its setting, and what ACS says to it. */
interface Tried {
  readonly setting: string;
  readonly answer: ProbeAnswer | undefined;
  /** Why there is no answer. */
  readonly reason: string;
}

const KEY_SETTINGS = ['ACS_CONNECTION_STRING', 'ACS_CONNECTION_STRING_SECONDARY'];

/** The way to ACS, its clock against ours, and each key by itself. */
export async function examineAcs(settings: Settings, now: () => Date): Promise<AcsFindings> {
  const { acs } = settings;
  const setting = acs.kind === 'keys' ? 'ACS_CONNECTION_STRING' : 'ACS_ENDPOINT';
  const obstacle = await obstacleTo(acs.endpoint, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) {
    const because = 'because ACS cannot be reached';
    const reach = failed(REACH, obstacleText(obstacle, setting), obstacleRemedy(obstacle, setting));
    return { clock: skipped(CLOCK, because), reach, credential: skipped(CREDENTIAL, because) };
  }
  const tried = await Promise.all(accessesOf(acs).map((access) => tryOut(access, settings, now)));
  const clock = clockFinding(tried.find(({ answer }) => answer)?.answer);
  const credential =
    clock.status === 'failed' ? skipped(CREDENTIAL, 'because of the clock') : credentialFinding(tried, acs);
  return { clock, reach: ok(REACH, new URL(acs.endpoint).host), credential };
}

interface NamedAccess {
  readonly setting: string;
  readonly access: AcsAccess;
}

function accessesOf(acs: AcsAccess): NamedAccess[] {
  if (acs.kind === 'identity') return [{ setting: 'ACS_ENDPOINT', access: acs }];
  return acs.accessKeys.map((key, index) => ({
    setting: KEY_SETTINGS[index] ?? '',
    access: { ...acs, accessKeys: [key] },
  }));
}

async function tryOut({ setting, access }: NamedAccess, settings: Settings, now: () => Date): Promise<Tried> {
  const probe = createAcsProbe({ access, apiVersions: settings.acsApiVersions, now });
  try {
    return { setting, answer: await probe(AbortSignal.timeout(DEADLINE_MILLISECONDS)), reason: '' };
  } catch (error) {
    return { setting, answer: undefined, reason: reasonOf(error) };
  }
}

function clockFinding(answer: ProbeAnswer | undefined): Finding {
  const { status, message = '' } = clockVerdict(answer);
  if (answer?.clockAheadMilliseconds === undefined) return skipped(CLOCK, message);
  const apart = `${(answer.clockAheadMilliseconds / 1000).toFixed(1)} s ahead of ACS`;
  if (status === 'ok') return ok(CLOCK, apart);
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}; ACS takes 5 minutes at most.`;
  const remedy = 'Set the clock of this machine by a time server (e.g. timedatectl set-ntp true), then try again.';
  return status === 'failed' ? failed(CLOCK, text, remedy) : warning(CLOCK, text, remedy);
}

function credentialFinding(tried: readonly Tried[], acs: AcsAccess): Finding {
  const verdicts = tried.map((it) => ({ ...it, status: statusOf(it) }));
  const good = verdicts.filter(({ status }) => status !== 'failed').map(({ setting }) => setting);
  const bad = verdicts.filter(({ status }) => status === 'failed');
  const [first] = bad;
  if (!first) return ok(CREDENTIAL, `${good.join(' and ')} accepted`);
  const message = `${refusalText(first)}${good.length > 0 ? ` ${good[0]} is accepted, and used instead.` : ''}`;
  const remedy = remedyFor(first, acs);
  return good.length > 0 ? warning(CREDENTIAL, message, remedy) : failed(CREDENTIAL, message, remedy);
}

function statusOf({ answer }: Tried) {
  return answer ? credentialVerdict(answer).status : 'failed';
}

function refusalText({ setting, answer, reason }: Tried): string {
  if (!answer) return setting === 'ACS_ENDPOINT' ? `Entra ID ${reason} (ACS_ENDPOINT).` : `ACS ${reason}.`;
  const { status } = answer;
  if (status === 401)
    return `ACS refuses the ${setting === 'ACS_ENDPOINT' ? 'Entra token' : `key in ${setting}`} (401).`;
  if (status === 403) return 'The identity has no role on the ACS resource (403).';
  return `ACS fails (${status}).`;
}

function remedyFor({ answer }: Tried, acs: AcsAccess): string {
  if (answer && (answer.status === 408 || answer.status >= 500)) return 'Look at Azure status, and try again.';
  if (acs.kind === 'keys') {
    return 'Copy a current connection string of the ACS resource (az communication list-key, or "Keys" in the portal) into the setting, and restart the app.';
  }
  if (!answer)
    return 'Sign in (az login), or, on Azure, assign the identity to the app (AZURE_CLIENT_ID for a user-assigned one).';
  return 'Give the identity a role on the ACS resource: "Switchboard sender …", which azd has made, or "Communication and Email Service Owner" (it counts after some minutes).';
}
