import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The simulation replaces these sources by its own, which follow from its seed. */
const REPLACED = /^test\/(?:unit\/)?simulation\//;

/** Sources of random inputs. UUIDs are not among them: as opaque ids, no behaviour depends on their value. */
const RANDOM = /\b(?:Math\.random|randomInt|randomBytes|randomFillSync|getRandomValues|fc\.sample)\b|Date\.now\(\) %/;

const files = globSync('test/**/*.ts').map((file) => file.replaceAll('\\', '/'));

test('random inputs of tests come from a seed that is printed', () => {
  expect(files.length).toBeGreaterThan(300);
  const users = files.filter((file) => !REPLACED.test(file) && RANDOM.test(readFileSync(file, 'utf8')));
  expect(users.sort()).toEqual(['test/rules/seeds.test.ts', 'test/setup/random.ts']);
});

test.each(['Math.random()', 'randomInt(5)', 'getRandomValues(bytes)', 'fc.sample(numbers)', 'Date.now() % 7'])(
  '%s is found',
  (code) => {
    expect(code).toMatch(RANDOM);
  },
);
