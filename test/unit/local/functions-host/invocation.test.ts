import { app, type InvocationContext } from '@azure/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalFunction, readFunctions } from '../../../../infra/local/functions-host/bindings.ts';
import { answerCoreRequire, Core } from '../../../../infra/local/functions-host/core.ts';
import { createInvoke, type Invoke } from '../../../../infra/local/functions-host/invocation.ts';

const lines: string[] = [];
const log = {
  info: () => undefined,
  error: () => undefined,
  user: (name: string, level: string, message: string) => void lines.push(`${name} ${level} ${message}`),
};
let invoke: Invoke;
let functions: Map<string, LocalFunction>;
const run = (name: string, string = '') => invoke(functions.get(name) as LocalFunction, { data: { string } });

/** The real library, registered once for this file: it keeps the first core that it finds. */
beforeAll(() => {
  const core = new Core(() => undefined);
  answerCoreRequire(core.api);
  const queue = { queueName: 'q', connection: '' };
  app.storageQueue('echo', {
    ...queue,
    return: { type: 'queue', name: 'out', ...queue },
    handler: (entry) => entry as never,
  });
  app.storageQueue('fail', { ...queue, handler: () => Promise.reject(new TypeError('broken')) });
  app.storageQueue('say', { ...queue, handler: (_, context) => context.warn('said %s', context.functionName) });
  app.storageQueue('trace', {
    ...queue,
    handler: (_, context: InvocationContext) => context.traceContext?.traceParent as never,
  });
  app.hook.preInvocation((context) => {
    context.hookData['from'] = context.invocationContext.functionName;
    if (context.inputs[0] === 'swap') context.inputs = ['swapped'];
    if (context.inputs[0] === 'replace') context.functionHandler = () => 'replaced';
  });
  app.hook.postInvocation((context) => {
    if (context.error instanceof TypeError && context.inputs[0] === 'forgive') context.error = null;
    if (context.inputs[0] === 'check') context.result = context.hookData['from'];
    if (context.inputs[0] === 'spoil') context.error = new RangeError('spoiled');
  });
  app.hook.log((context) => {
    if (context.level === 'warning') context.message += '!';
  });
  functions = new Map(readFunctions(core.functions.values()).map((one) => [one.name, one]));
  invoke = createInvoke(core, log, true);
});

describe('invocation through the library', () => {
  it.each([
    ['42', { int: 42 }],
    ['"q"', { string: 'q' }],
    ['{"a":1}', { json: '{"a":1}' }],
    ['{broken', { string: '{broken' }],
  ])('passes on %s and gets %j', async (text, returned) => {
    expect((await run('echo', text)).returnValue).toEqual(returned);
  });

  it('throws what the function threw', async () => {
    await expect(run('fail')).rejects.toThrow(new TypeError('broken'));
  });

  it('lets hooks change inputs, handler, result and error, and share data', async () => {
    expect((await run('echo', 'swap')).returnValue).toEqual({ string: 'swapped' });
    expect((await run('echo', 'replace')).returnValue).toEqual({ string: 'replaced' });
    expect((await run('echo', 'check')).returnValue).toEqual({ string: 'echo' });
    expect((await run('fail', 'forgive')).returnValue).toBeNull();
    await expect(run('echo', 'spoil')).rejects.toThrow(RangeError);
  });

  it('writes log lines with the function’s name, as changed by log hooks', async () => {
    await run('say');
    expect(lines).toEqual(['say warning said say!']);
  });

  it('creates a W3C trace parent, or passes on the caller’s', async () => {
    expect((await run('trace')).returnValue?.string).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    const given = await invoke(functions.get('trace') as LocalFunction, { data: { string: '' }, traceParent: 'given' });
    expect(given.returnValue?.string).toBe('given');
  });
});
