import type { AcsProbe, ProbeAnswer } from '../acs/probe.ts';
import { STORAGE_SERVICES, type StorageReach } from '../storage/reach.ts';
import { type Check, check, clockVerdict, credentialVerdict } from './checks.ts';

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly Check[];
}

export interface ReadinessParts {
  readonly storage: StorageReach['call'];
  readonly acs: AcsProbe;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A result is returned to all callers within this time, so that frequent probes hardly cost storage and ACS calls. */
const KEPT_MILLISECONDS = 10_000;

/** Checks everything that Switchboard depends on, all at the same time. Concurrent callers share one run. */
export function createReadiness(parts: ReadinessParts): () => Promise<Readiness> {
  let latest: { readonly askedAt: number; readonly readiness: Promise<Readiness> } | undefined;
  return () => {
    const askedAt = parts.now();
    // A clock that was set back must not extend the life of a result.
    if (!latest || Math.abs(askedAt - latest.askedAt) >= KEPT_MILLISECONDS) {
      latest = { askedAt, readiness: runChecks(parts) };
    }
    return latest.readiness;
  };
}

async function runChecks({ storage, acs }: ReadinessParts): Promise<Readiness> {
  let answer: ProbeAnswer | undefined;
  const credential = check('acs', async (deadline) => {
    answer = await acs(deadline);
    return credentialVerdict(answer);
  });
  const checks = await Promise.all([
    check('settings', async () => ({ status: 'ok' })), // with unusable settings, there is no runtime and this is not called
    ...STORAGE_SERVICES.map((service) =>
      check(service, async (deadline) => {
        await storage(service, deadline);
        return { status: 'ok' };
      }),
    ),
    credential,
    credential.then(() => check('clock', async () => clockVerdict(answer))),
  ]);
  return { isReady: checks.every(({ status }) => status !== 'failed'), checks };
}
