import type { ProbeAnswer } from '../acs/probe.ts';
import type { Verdict } from './check.ts';

const WARN_ABOVE_MILLISECONDS = 60_000;

/** ACS refuses signatures of clocks that differ from its own by more than this. @see shared/signing/verify.ts */
const FAIL_ABOVE_MILLISECONDS = 5 * 60_000;

/** How far apart our clock and that of ACS are. @param answer undefined where none arrived */
export function clockVerdict(answer: ProbeAnswer | undefined): Verdict {
  const clockAheadMilliseconds = answer?.clockAheadMilliseconds;
  if (clockAheadMilliseconds === undefined) return { status: 'warning', message: 'ACS has told no time' };
  const apart = Math.abs(clockAheadMilliseconds);
  if (apart <= WARN_ABOVE_MILLISECONDS) return { status: 'ok' };
  const side = clockAheadMilliseconds > 0 ? 'ahead of' : 'behind';
  return {
    status: apart > FAIL_ABOVE_MILLISECONDS ? 'failed' : 'warning',
    message: `this clock is ${Math.round(apart / 1000)} s ${side} that of ACS`,
  };
}

/** Whether ACS takes our credential; see the probe for what its statuses say. */
export function credentialVerdict({ status }: ProbeAnswer): Verdict {
  if (status === 401) return { status: 'failed', message: 'ACS refuses the credential (401)' };
  if (status === 403) return { status: 'failed', message: 'the credential has no right to the ACS resource (403)' };
  if (status === 408 || status >= 500) return { status: 'failed', message: `ACS fails (${status})` };
  if (status === 429) return { status: 'warning', message: 'ACS allows no more calls for now (429)' };
  return { status: 'ok' };
}
