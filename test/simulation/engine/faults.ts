import type { SeededRandom } from './random.ts';
import type { FaultKind, Faults } from './types.ts';

/** The highest rate of each kind: a probability per occasion, of which most are single calls. */
const HIGHEST_RATES: Readonly<Record<FaultKind, number>> = {
  storageThrottled: 0.03,
  storageTimeoutBefore: 0.02,
  storageTimeoutAfter: 0.03,
  storageRetriedAfterEffect: 0.05,
  storageSlow: 0.02,
  accountSlow: 0.002,
  partitionSlow: 0.003,
  messageDelayed: 0.5,
  messageEarly: 0.3,
  messageReordered: 0.2,
  messageRedelivered: 0.02,
  kill: 0.005,
  acsThrottled: 0.2,
  acsUnavailable: 0.1,
  acsSlow: 0.1,
  acsRequestLost: 0.05,
  acsResponseLost: 0.1,
  acsPartialFailure: 0.2,
  eventDelayed: 0.3,
  eventRepeated: 0.2,
  eventLost: 0.05,
  keyRotation: 0.5,
  settingsChanged: 0.5,
  hostRestart: 0.5,
};

export const FAULT_KINDS = Object.keys(HIGHEST_RATES) as FaultKind[];

/** A kind that a seed has none of, a little, or much. */
const NONE = 0.4;
const MUCH = 0.2;

export interface FaultLimits {
  /** Kinds that do not happen. */
  readonly disabled?: readonly FaultKind[];
  /** Later faults do not happen (epoch milliseconds). */
  readonly until?: number;
}

/** Draws the mix of a seed, then its faults. Each kind has a stream of its own, so kinds can be disabled one by one. */
export class FaultMix implements Faults {
  readonly counts: Partial<Record<FaultKind, number>> = {};
  readonly #rates = new Map<FaultKind, number>();
  readonly #streams = new Map<FaultKind, SeededRandom>();
  readonly #now: () => number;
  readonly #onStrike: (kind: FaultKind) => void;
  readonly #until: number;
  #areOver: boolean = false;

  constructor(random: SeededRandom, now: () => number, onStrike: (kind: FaultKind) => void, limits: FaultLimits = {}) {
    this.#now = now;
    this.#onStrike = onStrike;
    this.#until = limits.until ?? Number.POSITIVE_INFINITY;
    for (const kind of FAULT_KINDS) {
      const drawn = drawRate(kind, random.fork(`rate of ${kind}`));
      this.#rates.set(kind, limits.disabled?.includes(kind) ? 0 : drawn);
      this.#streams.set(kind, random.fork(kind));
    }
  }

  rate(kind: FaultKind): number {
    return this.#areOver || this.#now() > this.#until ? 0 : (this.#rates.get(kind) ?? 0);
  }

  strikes(kind: FaultKind): boolean {
    const rate = this.rate(kind);
    if (rate === 0 || !this.#streams.get(kind)?.chance(rate)) return false;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.#onStrike(kind);
    return true;
  }

  stop(): void {
    this.#areOver = true;
  }
}

function drawRate(kind: FaultKind, random: SeededRandom): number {
  const share = random.next();
  if (share < NONE) return 0;
  const highest = HIGHEST_RATES[kind];
  return share < NONE + MUCH ? highest * (0.3 + 0.7 * random.next()) : highest * 0.3 * random.next() ** 2;
}
