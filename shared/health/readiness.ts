import type { AcsProbe, ProbeAnswer } from '../acs/probe.ts';
import { STORAGE_SERVICES, type StorageReach } from '../storage/reach.ts';
import { type Check, check } from './check.ts';
import { clockVerdict, credentialVerdict } from './verdicts.ts';

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

/** Whoever asks again within this time gets the same answer: probes cost storage and ACS next to nothing. */
const KEPT_MILLISECONDS = 10_000;

/** Whether everything that Switchboard leans on works: all is asked at the same time, and by one caller for all. */
export function createReadiness(parts: ReadinessParts): () => Promise<Readiness> {
  let latest: { readonly askedAt: number; readonly readiness: Promise<Readiness> } | undefined;
  return () => {
    const askedAt = parts.now();
    // A clock that was set back must not keep an old answer for longer.
    if (!latest || Math.abs(askedAt - latest.askedAt) >= KEPT_MILLISECONDS) {
      latest = { askedAt, readiness: findOut(parts) };
    }
    return latest.readiness;
  };
}

async function findOut({ storage, acs }: ReadinessParts): Promise<Readiness> {
  let told: ProbeAnswer | undefined;
  const credential = check('acs', async (deadline) => {
    told = await acs(deadline);
    return credentialVerdict(told);
  });
  const checks = await Promise.all([
    check('settings', async () => ({ status: 'ok' })), // nothing is made of settings that cannot be used
    ...STORAGE_SERVICES.map((service) =>
      check(service, async (deadline) => {
        await storage(service, deadline);
        return { status: 'ok' };
      }),
    ),
    credential,
    credential.then(() => check('clock', async () => clockVerdict(told))),
  ]);
  return { isReady: checks.every(({ status }) => status !== 'failed'), checks };
}
