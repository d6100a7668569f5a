import { createAcsProbe, type ProbeAnswer } from '../../../shared/acs/probe.ts';
import { clockVerdict, credentialVerdict, DEADLINE_MILLISECONDS, reasonOf } from '../../../shared/health/checks.ts';
import type { AcsAccess, Settings } from '../../../shared/settings/settings.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { DATE, KEY, MORE_HEADERS_VECTOR, VECTORS } from '../../../shared/signing/vectors.ts';
import { type Finding, failed, ok, skipped, warning } from './findings.ts';
import { describeObstacle, findObstacle, obstacleRemedy } from './obstacle.ts';

/** The names of the findings. */
export const CLOCK = 'clock';
export const REACH = 'ACS';
export const CREDENTIAL = 'ACS credential';

interface AcsFindings {
  readonly clock: Finding;
  readonly reach: Finding;
  readonly credential: Finding;
}

/** A single credential, the name of its setting, and ACS's response to it. */
interface Attempt {
  readonly setting: string;
  readonly answer: ProbeAnswer | undefined;
  /** Why there is no response. */
  readonly reason: string;
}

const KEY_SETTINGS = ['ACS_CONNECTION_STRING', 'ACS_CONNECTION_STRING_SECONDARY'];

/** Checks the connection to ACS, the clocks' difference, and each key separately. */
export async function examineAcs(settings: Settings, now: () => Date): Promise<AcsFindings> {
  const { acs } = settings;
  const setting = acs.kind === 'keys' ? 'ACS_CONNECTION_STRING' : 'ACS_ENDPOINT';
  const obstacle = await findObstacle(acs.endpoint, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) {
    const because = 'because ACS cannot be reached';
    const reach = failed(REACH, describeObstacle(obstacle, setting), obstacleRemedy(obstacle, setting));
    return { clock: skipped(CLOCK, because), reach, credential: skipped(CREDENTIAL, because) };
  }
  const attempts = await Promise.all(accessesOf(acs).map((access) => probe(access, settings, now)));
  const clock = clockFinding(attempts.find(({ answer }) => answer)?.answer);
  const credential =
    clock.status === 'failed' ? skipped(CREDENTIAL, 'because of the clock') : credentialFinding(attempts, acs);
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

async function probe({ setting, access }: NamedAccess, settings: Settings, now: () => Date): Promise<Attempt> {
  const callAcs = createAcsProbe({ access, apiVersions: settings.acsApiVersions, now });
  try {
    return { setting, answer: await callAcs(AbortSignal.timeout(DEADLINE_MILLISECONDS)), reason: '' };
  } catch (error) {
    return { setting, answer: undefined, reason: reasonOf(error) };
  }
}

function clockFinding(answer: ProbeAnswer | undefined): Finding {
  const { status, message = '' } = clockVerdict(answer);
  if (answer?.clockAheadMilliseconds === undefined) return skipped(CLOCK, message);
  const apart = `${(answer.clockAheadMilliseconds / 1000).toFixed(1)} s ahead of ACS`;
  if (status === 'ok') return ok(CLOCK, apart);
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}; ACS accepts at most 5 minutes.`;
  const remedy = 'Synchronize the clock of this machine (e.g. timedatectl set-ntp true), then try again.';
  return status === 'failed' ? failed(CLOCK, text, remedy) : warning(CLOCK, text, remedy);
}

function credentialFinding(attempts: readonly Attempt[], acs: AcsAccess): Finding {
  const verdicts = attempts.map((it) => ({ ...it, status: statusOf(it) }));
  const good = verdicts.filter(({ status }) => status !== 'failed').map(({ setting }) => setting);
  const bad = verdicts.filter(({ status }) => status === 'failed');
  const [first] = bad;
  if (!first) return ok(CREDENTIAL, `${good.join(' and ')} accepted`);
  const message = `${rejection(first)}${good.length > 0 ? ` ${good[0]} is accepted and used instead.` : ''}`;
  const remedy = remedyFor(first, acs);
  return good.length > 0 ? warning(CREDENTIAL, message, remedy) : failed(CREDENTIAL, message, remedy);
}

function statusOf({ answer }: Attempt) {
  return answer ? credentialVerdict(answer).status : 'failed';
}

function rejection({ setting, answer, reason }: Attempt): string {
  if (!answer) return setting === 'ACS_ENDPOINT' ? `Entra ID ${reason} (ACS_ENDPOINT).` : `ACS ${reason}.`;
  const { status } = answer;
  if (status === 401)
    return `ACS rejects the ${setting === 'ACS_ENDPOINT' ? 'Entra token' : `key in ${setting}`} (401).`;
  if (status === 403) return 'The identity has no role on the ACS resource (403).';
  return `ACS fails (${status}).`;
}

function remedyFor({ answer }: Attempt, acs: AcsAccess): string {
  if (answer && (answer.status === 408 || answer.status >= 500)) return 'Check the Azure status page and try again.';
  if (acs.kind === 'keys') {
    return 'Copy a current connection string of the ACS resource (az communication list-key, or "Keys" in the portal) into the setting and restart the app.';
  }
  if (!answer)
    return 'Sign in (az login); on Azure, assign the identity to the app (AZURE_CLIENT_ID for a user-assigned identity).';
  return 'Assign the identity a role on the ACS resource: "Switchboard sender …", which azd creates, or "Communication and Email Service Owner". Role assignments take a few minutes to apply.';
}

export const SIGNING = 'signing';

/** Checks that signatures match published vectors. @param accepted whether ACS has just accepted a signature */
export function examineSigning(accepted: boolean): Finding {
  const own = [...VECTORS.filter(({ signer }) => signer === undefined), MORE_HEADERS_VECTOR];
  const mismatches = own.filter((vector) => {
    const { authorization } = sign({ ...vector, date: new Date(DATE) }, importKey(KEY));
    return !authorization.endsWith(`&Signature=${vector.signature}`);
  });
  if (mismatches.length > 0) {
    const names = mismatches.map(({ name }) => name).join('; ');
    return failed(
      SIGNING,
      `This installation creates wrong signatures (${names}).`,
      'Reinstall (npm ci) and run npm test.',
    );
  }
  return ok(SIGNING, `${own.length} published vectors match${accepted ? '; ACS accepted a signature' : ''}`);
}
