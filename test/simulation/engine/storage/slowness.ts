import type { Faults } from '../types.ts';

interface Spell {
  readonly until: number;
  readonly factor: number;
}

type DrawSpell = () => { readonly factor: number; readonly milliseconds: number };

const ACCOUNT = '';

/** Spells in which the account, or one partition, answers slowly. */
export class Slowness {
  readonly #spells = new Map<string, Spell>();

  /** By how much a call takes longer now. */
  factorOf(partition: string, now: number, faults: Faults, draw: DrawSpell): number {
    if (faults.strikes('accountSlow')) this.#begin(ACCOUNT, now, draw());
    if (faults.strikes('partitionSlow')) this.#begin(partition, now, draw());
    if (this.#spells.size === 0) return 1;
    if (faults.rate('accountSlow') === 0 && faults.rate('partitionSlow') === 0) this.#spells.clear(); // faults are over
    return Math.max(this.#factor(ACCOUNT, now), this.#factor(partition, now));
  }

  #begin(key: string, now: number, { factor, milliseconds }: ReturnType<DrawSpell>): void {
    this.#spells.set(key, { until: now + milliseconds, factor });
  }

  #factor(key: string, now: number): number {
    const spell = this.#spells.get(key);
    if (!spell) return 1;
    if (spell.until < now) this.#spells.delete(key);
    return spell.until < now ? 1 : spell.factor;
  }
}
