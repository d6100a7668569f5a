import type { RunResult } from './run.ts';
import type { FaultKind } from './types.ts';

const DAY_MILLISECONDS = 24 * 3_600_000;

/** What a campaign has run through. */
export class Statistics {
  #seeds = 0;
  #steps = 0;
  #kills = 0;
  #processes = 0;
  #virtualMilliseconds = 0;
  readonly #faults = new Map<FaultKind, number>();
  readonly #startedAt = performance.now();

  add(result: RunResult): void {
    this.#seeds += 1;
    this.#steps += result.steps;
    this.#kills += result.kills;
    this.#processes += result.processes;
    this.#virtualMilliseconds += result.virtualMilliseconds;
    for (const [kind, count] of Object.entries(result.faults) as [FaultKind, number][]) {
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
    }
  }

  get seeds(): number {
    return this.#seeds;
  }

  report(): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const days = this.#virtualMilliseconds / DAY_MILLISECONDS;
    const faults = [...this.#faults].sort(([, one], [, other]) => other - one);
    const injected = faults.reduce((sum, [, count]) => sum + count, 0);
    return [
      `${this.#seeds} runs in ${seconds.toFixed(1)} s: ${(this.#seeds / seconds).toFixed(1)} per second`,
      `${days.toFixed(1)} simulated days: ${Math.round(this.#virtualMilliseconds / 1000 / seconds)} times as fast as time`,
      `${this.#steps} steps, ${this.#processes} processes, ${this.#kills} of them killed`,
      `${injected} faults: ${faults.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    ].join('\n');
  }
}
