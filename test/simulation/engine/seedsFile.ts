import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { FAULT_KINDS } from './faults.ts';
import type { Plan } from './run.ts';

const planSchema = z.strictObject({
  seed: z.int(),
  workloadHours: z.number().positive(),
  disabledFaults: z.array(z.enum(FAULT_KINDS)).optional(),
  faultsUntilMilliseconds: z.number().nonnegative().optional(),
  leftOutActions: z.array(z.int().nonnegative()).optional(),
  amounts: z.record(z.string(), z.int()).optional(),
});

const keptSeedSchema = z.strictObject({
  plan: planSchema,
  /** What it violated. */
  invariant: z.string(),
  /** The subject of the commit that fixed it; empty until then. */
  fixedBy: z.string(),
});

/** A run that violated an invariant once. Every CI run repeats it. */
export interface KeptSeed {
  readonly plan: Plan;
  readonly invariant: string;
  readonly fixedBy: string;
}

/** The file in the repository. */
export const KEPT_SEEDS_FILE = 'test/simulation/seeds.json';

/** @throws Error if the file does not exist or has another form */
export function readSeeds(file: string): KeptSeed[] {
  const seeds = z.array(keptSeedSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
  return seeds.map((seed) => ({ ...seed, plan: defined(seed.plan) }));
}

/** Without members that are undefined. */
function defined({ seed, workloadHours, ...reduction }: z.output<typeof planSchema>): Plan {
  const entries = Object.entries(reduction).filter(([, value]) => value !== undefined);
  return { seed, workloadHours, ...Object.fromEntries(entries) };
}

/** @param text as a failing run prints it @throws Error if it is not a plan */
export function parsePlan(text: string): Plan {
  return defined(planSchema.parse(JSON.parse(text)));
}

/** Adds a run that was not fixed yet, if its plan is not in the file. */
export function keepSeed(file: string, plan: Plan, invariant: string): void {
  const seeds = readSeeds(file);
  const text = JSON.stringify(plan);
  if (seeds.some((it) => JSON.stringify(it.plan) === text)) return;
  writeFileSync(file, `${JSON.stringify([...seeds, { plan, invariant, fixedBy: '' }], null, 2)}\n`);
}
