import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KEPT_SEEDS_FILE, keepSeed, parsePlan, readSeeds } from '../../simulation/engine/seedsFile.ts';
import { Trace } from '../../simulation/engine/trace.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchboard-seeds-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('keeps a failing run once', () => {
  const file = join(directory, 'seeds.json');
  writeFileSync(file, '[]');
  const plan = { seed: 7, workloadHours: 2, disabledFaults: ['kill'], amounts: { recipients: 3 } } as const;
  keepSeed(file, plan, 'no duplicates');
  keepSeed(file, plan, 'no duplicates');
  keepSeed(file, { seed: 8, workloadHours: 2 }, 'no loss');
  expect(readSeeds(file)).toEqual([
    { plan, invariant: 'no duplicates', fixedBy: '' },
    { plan: { seed: 8, workloadHours: 2 }, invariant: 'no loss', fixedBy: '' },
  ]);
});

test.each([
  '{}',
  '{"seed":1}',
  '{"seed":1,"workloadHours":1,"disabledFaults":["unknown"]}',
  '{"seed":1,"workloadHours":1,"other":1}',
  'x',
])('refuses the plan %s', (text) => {
  expect(() => parsePlan(text)).toThrow();
});

test('every kept run names the commit that fixed it', () => {
  for (const { fixedBy, invariant } of readSeeds(KEPT_SEEDS_FILE)) {
    expect(invariant).not.toBe('');
    expect(fixedBy).not.toBe('');
  }
});

test('the hash of a trace depends on every line and their order', () => {
  const hashOf = (...lines: string[]) => {
    const trace = new Trace();
    for (const line of lines) trace.add(line);
    return trace.hash;
  };
  const hashes = [
    hashOf(),
    hashOf('a'),
    hashOf('b'),
    hashOf('a', 'b'),
    hashOf('b', 'a'),
    hashOf('ab'),
    hashOf('a', 'b', 'b'),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOf('a', 'b')).toBe(hashOf('a', 'b'));
});

test('a trace shows its last lines', () => {
  const trace = new Trace();
  for (let line = 0; line < 1000; line += 1) trace.add(String(line));
  expect(trace.lastLines()).toHaveLength(400);
  expect([trace.lastLines()[0], trace.lastLines().at(-1)]).toEqual(['600', '999']);
});
