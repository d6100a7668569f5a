import { answerCoreRequire, Core } from '../../infra/local/functions-host/core.ts';
import { declaredTriggers } from '../../infra/toolchain/declarations.ts';
import { loaded } from '../../shared/operation/loadedFunctions.ts';
import { registerFunctions } from '../../shared/operation/registration.ts';

/** Registers every function through the real library, as a build does. @returns the host's part of the library */
export async function registerSources(): Promise<Core> {
  const core = new Core(() => undefined);
  answerCoreRequire(core.api);
  registerFunctions(await declaredTriggers(), async () => loaded);
  return core;
}
