import { describe, expect, it } from 'vitest';
import { readFunctions } from '../../../../infra/local/functions-host/bindings.ts';
import { httpFunction, registered } from './functions.ts';

const queue = { type: 'queueTrigger', direction: 'in', queueName: 'q', connection: 'C' } as const;
const read = (...entries: Parameters<typeof registered>[]) =>
  readFunctions(entries.map((entry) => registered(...entry)));

describe('functions', () => {
  it('are sorted by name, ignoring case', () => {
    expect(read(['b', { q: queue }], ['A', { q: queue }], ['c', { q: queue }]).map(({ name }) => name)).toEqual([
      'A',
      'b',
      'c',
    ]);
  });

  it('are read with their trigger and outputs', () => {
    const out = { type: 'queue', direction: 'out', queueName: 'o', connection: '' } as const;
    const [only] = read(['f', { q: { ...queue, dataType: 'binary' }, out }]);
    expect(only).toMatchObject({
      trigger: { kind: 'queue', queueName: 'q', connection: 'C', binary: true },
      triggerBinding: 'q',
      httpOutput: undefined,
      queueOutputs: [{ binding: 'out', queueName: 'o', connection: '' }],
    });
    expect(httpFunction('g', { route: '', methods: ['get'] })).toMatchObject({
      trigger: { route: 'g', authLevel: 'anonymous' },
      httpOutput: '$return',
    });
  });

  it.each([
    ['9x', { q: queue }, /^9x: a function name must/],
    ['a'.repeat(129), { q: queue }, /a function name must/],
    ['f', { b: { type: 'blobTrigger', direction: 'in' } }, 'f: the trigger kind blobTrigger is not supported'],
    ['f', { q: queue, i: { type: 'blob', direction: 'in' } }, 'f: the input kind blob is not supported'],
    ['f', { q: queue, o: { type: 'eventHub', direction: 'out' } }, 'f: the output kind eventHub is not supported'],
    ['f', {}, /exactly one trigger/],
    ['f', { q: queue, r: queue }, /exactly one trigger/],
    ['f', { q: { type: 'queueTrigger', direction: 'in' } }, /the queueTrigger has no queueName/],
    ['f', { t: { type: 'timerTrigger', direction: 'in' } }, /the timerTrigger has no schedule/],
    ['f', { h: { type: 'httpTrigger', direction: 'in', authLevel: 'user' } }, /the authLevel user/],
  ] as const)('refuses %s with %j', (name, bindings, why) => {
    expect(() => read([name, bindings])).toThrow(why);
  });

  it('rejects names that differ only in case, and retry policies', () => {
    expect(() => read(['f', { q: queue }], ['F', { q: queue }])).toThrow(/^F: another function has this name/);
    expect(() => read(['f', { q: queue }, { strategy: 'fixedDelay' }])).toThrow(/retry policies/);
  });

  it('report all problems, one line each', () => {
    expect(() => read(['a', {}], ['b', { q: queue }], ['c', {}])).toThrow(/^a: .*\nc: .*$/);
  });
});
