import type { ProbeAnswer } from '../acs/probe.ts';

/** `warning`: works, but may stop working. */
export type CheckStatus = 'ok' | 'warning' | 'failed';

export interface Verdict {
  readonly status: CheckStatus;
  /** What is wrong, without any secret. */
  readonly message?: string;
}

export interface Check extends Verdict {
  readonly name: string;
  /** Duration of the check. */
  readonly milliseconds: number;
}

/** Upper bound on the duration of a check. */
export const DEADLINE_MILLISECONDS = 5_000;

/** Runs one check. An error, or no result by the deadline, is a failure. */
export async function check(name: string, judge: (deadline: AbortSignal) => Promise<Verdict>): Promise<Check> {
  const startedAt = performance.now();
  const verdict = await inTime(judge).catch(
    (error: unknown): Verdict => ({ status: 'failed', message: reasonOf(error) }),
  );
  return { name, ...verdict, milliseconds: Math.round(performance.now() - startedAt) };
}

/** Rejects at the deadline even if `run` ignores the signal. */
async function inTime<Value>(run: (deadline: AbortSignal) => Promise<Value>): Promise<Value> {
  const deadline = AbortSignal.timeout(DEADLINE_MILLISECONDS);
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(deadline.reason as Error), { once: true });
  });
  return Promise.race([run(deadline), late]);
}

const WARN_ABOVE_MILLISECONDS = 60_000;

/** ACS refuses signatures of clocks that differ from its own by more than this. @see shared/signing/verify.ts */
const FAIL_ABOVE_MILLISECONDS = 5 * 60_000;

/** Compares our clock with that of ACS. @param answer undefined if ACS did not answer */
export function clockVerdict(answer: ProbeAnswer | undefined): Verdict {
  const clockAheadMilliseconds = answer?.clockAheadMilliseconds;
  if (clockAheadMilliseconds === undefined) return { status: 'warning', message: 'the clock of ACS is unknown' };
  const apart = Math.abs(clockAheadMilliseconds);
  if (apart <= WARN_ABOVE_MILLISECONDS) return { status: 'ok' };
  const side = clockAheadMilliseconds > 0 ? 'ahead of' : 'behind';
  return {
    status: apart > FAIL_ABOVE_MILLISECONDS ? 'failed' : 'warning',
    message: `this clock is ${Math.round(apart / 1000)} s ${side} that of ACS`,
  };
}

/** Whether ACS accepts our credential. See the probe for the meaning of its statuses. */
export function credentialVerdict({ status }: ProbeAnswer): Verdict {
  if (status === 401) return { status: 'failed', message: 'ACS refuses the credential (401)' };
  if (status === 403)
    return { status: 'failed', message: 'the credential has no permission on the ACS resource (403)' };
  if (status === 408 || status >= 500) return { status: 'failed', message: `ACS fails (${status})` };
  if (status === 429) return { status: 'warning', message: 'ACS allows no more calls for now (429)' };
  return { status: 'ok' };
}

/** Codes of network errors in words. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections (ECONNREFUSED)',
  ECONNRESET: 'closes connections (ECONNRESET)',
  EHOSTUNREACH: 'cannot be reached (EHOSTUNREACH)',
  ENETUNREACH: 'cannot be reached (ENETUNREACH)',
  ENOTFOUND: 'has an unknown host name (ENOTFOUND)',
  EAI_AGAIN: 'has a host name that cannot be resolved now (EAI_AGAIN)',
  ETIMEDOUT: 'does not answer (ETIMEDOUT)',
};

const NO_ANSWER = new Set(['AbortError', 'TimeoutError']);

/** Why a call failed, by the codes of its error. The message is not used, because it may quote secrets. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'fails';
  if (NO_ANSWER.has(error.name)) return 'does not answer in time';
  const { code, statusCode, details } = error as Error & Partial<Record<'code' | 'statusCode' | 'details', unknown>>;
  if (typeof statusCode === 'number') return `answers ${statusCode}${codeText(code ?? errorCodeIn(details))}`;
  if (typeof code === 'string') return NETWORK[code] ?? `cannot be reached (${code})`;
  return /Credential|Authentication/.test(error.name)
    ? 'gives no Entra token to this identity'
    : `fails (${error.name})`;
}

/** Some SDK errors have the service's code only in their details. */
function errorCodeIn(details: unknown): unknown {
  return typeof details === 'object' && details !== null && 'errorCode' in details ? details.errorCode : undefined;
}

function codeText(code: unknown): string {
  return typeof code === 'string' ? ` ${code}` : '';
}
