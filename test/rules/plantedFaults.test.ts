import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BATCH_FAULTS } from '../mutants/batchFaults.ts';
import { OTHER_FAULTS } from '../mutants/otherFaults.ts';

// `npm run test:mutants` plants them; a change of the code must not leave one behind that cannot be planted.

const FAULTS = [...BATCH_FAULTS, ...OTHER_FAULTS];

test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
  '%s: can be planted',
  (_, { file, find, replace, tests }) => {
    const code = readFileSync(file, 'utf8');
    expect(code.split(find)).toHaveLength(2);
    expect(code.replace(find, () => replace)).not.toBe(code);
    for (const path of tests) {
      expect(globSync([path, `${path}/**/*.test.ts`]).some((it) => it.endsWith('.test.ts'))).toBe(true);
    }
  },
);

test('there are at least thirty, each once', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThanOrEqual(30);
});
