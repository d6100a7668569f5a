import { describe, expect, it } from 'vitest';
import { Core } from '../../../../infra/local/functions-host/core.ts';

const newCore = () => new Core(() => undefined);
const metadata = (name: string, functionId?: string) => ({ name, bindings: {}, ...(functionId ? { functionId } : {}) });

describe('functions-core', () => {
  it('keeps functions until they are disposed', () => {
    const core = newCore();
    core.api.registerFunction(metadata('a'), () => 1);
    core.api.registerFunction(metadata('b'), () => 2).dispose();
    expect([...core.functions.keys()]).toEqual(['a']);
  });

  it('rejects a duplicate id', () => {
    const core = newCore();
    core.api.registerFunction(metadata('a', 'id'), () => 1);
    expect(() => core.api.registerFunction(metadata('b', 'id'), () => 1)).toThrow(/"id" is registered twice/);
  });

  it('rejects functions after the start', () => {
    const core = newCore();
    core.seal();
    expect(() => core.api.registerFunction(metadata('a'), () => 1)).toThrow(/only be registered while the app starts/);
  });

  it('runs hooks in order, awaiting each, until they are disposed', async () => {
    const core = newCore();
    const seen: string[] = [];
    core.api.registerHook('appStart', async () => {
      await Promise.resolve();
      seen.push('slow');
    });
    const second = core.api.registerHook('appStart', (context) => seen.push(Object.keys(context).join()));
    await core.runAppHooks('appStart', '/app');
    second.dispose();
    second.dispose();
    await core.runAppHooks('appStart', '/app');
    expect(seen).toEqual(['slow', 'hookData,appHookData,functionAppDirectory', 'slow']);
  });

  it('rejects unknown hooks', () => {
    expect(() => newCore().api.registerHook('nope', () => 1)).toThrow(RangeError);
  });

  it('disposes several at once', () => {
    const seen: number[] = [];
    const { Disposable } = newCore().api;
    Disposable.from({ dispose: () => seen.push(1) }, { dispose: () => seen.push(2) }).dispose();
    expect(seen).toEqual([1, 2]);
  });
});
