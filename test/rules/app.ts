import { basename, resolve } from 'node:path';
import { type LocalFunction, readFunctions } from '../../infra/local/functions-host/bindings.ts';
import { FUNCTION_FILES } from '../../infra/toolchain/declarations.ts';
import { registerSources } from '../setup/registerSources.ts';

export interface App {
  /** What each file under functions/ exports, by its path. */
  readonly exports: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** What the files register with the host. */
  readonly functions: readonly LocalFunction[];
}

export const nameOf = (file: string): string => basename(file, '.ts');

/** Loads every function through the real library, as the host does. */
export async function loadApp(): Promise<App> {
  const core = await registerSources();
  const exports = new Map<string, Record<string, unknown>>();
  for (const file of FUNCTION_FILES) exports.set(file, (await import(resolve(file))) as Record<string, unknown>);
  return { exports, functions: readFunctions(core.functions.values()) };
}
