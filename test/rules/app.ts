import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type LocalFunction, readFunctions } from '../../infra/local/functions-host/bindings.ts';
import { answerCoreRequire, Core } from '../../infra/local/functions-host/core.ts';

export interface App {
  /** What each file under functions/ exports, by its path. */
  readonly exports: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** What the files register with the host. */
  readonly functions: readonly LocalFunction[];
}

export const FUNCTION_FILES: readonly string[] = globSync('functions/**/*.ts').sort();

export const nameOf = (file: string): string => basename(file, '.ts');

/** Loads every function through the real library, as the host does. */
export async function loadApp(): Promise<App> {
  const core = new Core(() => undefined);
  answerCoreRequire(core.api);
  const exports = new Map<string, Record<string, unknown>>();
  for (const file of FUNCTION_FILES) exports.set(file, (await import(resolve(file))) as Record<string, unknown>);
  return { exports, functions: readFunctions(core.functions.values()) };
}
