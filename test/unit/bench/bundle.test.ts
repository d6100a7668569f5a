import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { staticPart } from '../../bench/load/bundle.ts';

type Output = Metafile['outputs'][string];

function output(bytes: number, source: string, parts: Partial<Output> = {}): Output {
  return { bytes, inputs: { [source]: { bytesInOutput: bytes } }, imports: [], exports: [], ...parts };
}

test('the static part holds the entry and what it imports over any number of steps, each once', () => {
  const outputs = {
    'all.js': output(100, 'functions/sendSms.ts', {
      entryPoint: '<stdin>',
      imports: [
        { path: 'one.js', kind: 'import-statement' },
        { path: 'two.js', kind: 'import-statement' },
        { path: 'node:crypto', kind: 'import-statement', external: true },
      ],
    }),
    'one.js': output(20, 'shared/one.ts', { imports: [{ path: 'two.js', kind: 'import-statement' }] }),
    'two.js': output(3, 'shared/two.ts', { imports: [{ path: 'one.js', kind: 'import-statement' }] }),
  };
  const part = staticPart({ inputs: {}, outputs });
  expect(part.files.toSorted()).toEqual(['all.js', 'one.js', 'two.js']);
  expect(part.bytes).toBe(123);
  expect(part.sources.toSorted()).toEqual(['functions/sendSms.ts', 'shared/one.ts', 'shared/two.ts']);
});

test('what is loaded on first use is not in it', () => {
  const outputs = {
    'all.js': output(100, 'functions/sendSms.ts', {
      entryPoint: '<stdin>',
      imports: [{ path: 'sdk.js', kind: 'dynamic-import' }],
    }),
    'sdk.js': output(9000, 'node_modules/@azure/storage-blob/index.js', { entryPoint: 'node_modules/sdk.js' }),
  };
  expect(staticPart({ inputs: {}, outputs })).toEqual({
    files: ['all.js'],
    bytes: 100,
    sources: ['functions/sendSms.ts'],
  });
});
