import { FAULT_KINDS } from './faults.ts';
import type { Plan, Reduction, RunResult } from './run.ts';

type RunPlan = (plan: Plan) => Promise<RunResult>;

/** Runs that shrinking may take. */
const MAXIMUM_RUNS = 300;

/** Makes a failing run smaller, as long as it violates the same invariant. */
export class Shrinker {
  readonly #run: RunPlan;
  readonly #invariant: string;
  #smallest: RunResult;
  #runs = 0;

  /** @param failing a run with a failure */
  constructor(run: RunPlan, failing: RunResult) {
    if (!failing.failure) throw new RangeError('Only a failing run can be shrunk.');
    this.#run = run;
    this.#invariant = failing.failure.invariant;
    this.#smallest = failing;
  }

  /** Leaves out what the failure does not need, until nothing more can be left out. */
  async shrink(): Promise<RunResult> {
    for (let isSmaller = true; isSmaller && this.#runs < MAXIMUM_RUNS; ) {
      const before = this.#smallest;
      await this.#disableFaults();
      await this.#leaveOutActions();
      await this.#lowerAmounts();
      await this.#endFaultsEarlier();
      isSmaller = this.#smallest !== before;
    }
    return this.#smallest;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Keeps the reduction if the run still fails in the same way. */
  async #try(reduction: Reduction): Promise<boolean> {
    if (this.#runs >= MAXIMUM_RUNS) return false;
    this.#runs += 1;
    const result = await this.#run({ ...this.#smallest.plan, ...reduction });
    const isKept = result.failure?.invariant === this.#invariant;
    if (isKept) this.#smallest = result;
    return isKept;
  }

  async #disableFaults(): Promise<void> {
    if (Object.keys(this.#smallest.faults).length === 0) return;
    if (await this.#try({ disabledFaults: FAULT_KINDS })) return;
    for (const kind of FAULT_KINDS) {
      const { faults, plan } = this.#smallest;
      const disabled = plan.disabledFaults ?? [];
      if (faults[kind] === undefined || disabled.includes(kind)) continue; // it does not happen in this run
      await this.#try({ disabledFaults: [...disabled, kind] });
    }
  }

  /** First large parts of the list, then ever smaller ones. */
  async #leaveOutActions(): Promise<void> {
    const total = this.#smallest.actions;
    for (let size = Math.ceil(total / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let start = 0; start < total; start += size) {
        const out = new Set(this.#smallest.plan.leftOutActions);
        const before = out.size;
        for (let at = start; at < Math.min(start + size, total); at += 1) out.add(at);
        if (out.size > before) await this.#try({ leftOutActions: [...out].sort((one, other) => one - other) });
      }
    }
  }

  async #lowerAmounts(): Promise<void> {
    for (const [name, drawn] of Object.entries(this.#smallest.amounts)) {
      const lower = (most: number) => this.#try({ amounts: { ...this.#smallest.plan.amounts, [name]: most } });
      let most = Math.min(drawn, this.#smallest.plan.amounts?.[name] ?? drawn);
      if (most > 1 && (await lower(1))) continue;
      while (most > 1 && (await lower(Math.floor(most / 2)))) most = Math.floor(most / 2);
    }
  }

  /** Bisects the time after which nothing goes wrong any more. */
  async #endFaultsEarlier(): Promise<void> {
    if (Object.keys(this.#smallest.faults).length === 0) return;
    const { plan, virtualMilliseconds } = this.#smallest;
    let tooEarly = 0;
    let enough = Math.min(virtualMilliseconds, plan.faultsUntilMilliseconds ?? virtualMilliseconds);
    while (enough - tooEarly > Math.max(1000, enough / 20)) {
      const middle = Math.round((tooEarly + enough) / 2);
      if (await this.#try({ faultsUntilMilliseconds: middle })) enough = middle;
      else tooEarly = middle;
      if (this.#runs >= MAXIMUM_RUNS) return;
    }
  }
}
