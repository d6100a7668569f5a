import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Trigger, triggers } from '../../shared/operation/functions.ts';

export const FUNCTION_FILES: readonly string[] = globSync('functions/**/*.ts').sort();

/** Loads every declaration into this process. */
export async function declaredTriggers(): Promise<readonly Trigger[]> {
  for (const file of FUNCTION_FILES) await import(resolve(file));
  return triggers;
}
