import Module from 'node:module';
import type { CoreApi } from './core.ts';

const coreName = '@azure/functions-core';
const realRequire = Module.prototype.require;

/**
 * Answers `require('@azure/functions-core')` in this process. The package is not on npm: the Functions worker answers
 * for it in the same way, and a `require` that bundled code made with `createRequire` passes here too.
 */
export function answerCoreRequire(core: CoreApi): void {
  Module.prototype.require = function requireOrCore(this: unknown, id: string): unknown {
    return id === coreName ? core : realRequire.call(this, id);
  } as typeof realRequire;
}
