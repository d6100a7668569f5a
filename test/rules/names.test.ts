import { globSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { FUNCTION_FILES } from '../../infra/toolchain/declarations.ts';
import { OPERATION_NAMES } from '../../shared/contract/operationNames.ts';
import { operations } from '../../shared/operation/definition.ts';
import { type App, loadApp, nameOf } from './app.ts';

const contract = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});

/** The operations of the contract. */
const OPERATIONS = Object.entries(
  contract.parse(parse(readFileSync('test/contract/openapi.yaml', 'utf8'))).paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({
    name: operationId,
    method: method.toUpperCase(),
    path,
  })),
);

const kebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (it) => `-${it.toLowerCase()}`);

let app: App;
beforeAll(async () => {
  app = await loadApp();
});

test('the contract has nine operations', () => {
  expect(OPERATIONS).toHaveLength(9);
});

describe.each(OPERATIONS)('$name', ({ name, method, path }) => {
  const registered = (suffix = '') => app.functions.find((it) => it.name === `${name}${suffix}`)?.trigger;

  test('has one file', () => {
    expect(FUNCTION_FILES.filter((file) => nameOf(file) === name)).toHaveLength(1);
  });

  test('is served over HTTP where the contract says, and its caller is known by us, not by the host', () => {
    expect(registered()).toMatchObject({ kind: 'http', route: path.slice(1), authLevel: 'anonymous' });
    expect([...(Reflect.get(Object(registered()), 'methods') as Set<string>)]).toEqual([method]);
  });

  test('is served by its queue', () => {
    expect(registered('FromQueue')).toMatchObject({ kind: 'queue', queueName: kebabCase(name) });
  });

  test('is named by a test', () => {
    const word = new RegExp(`\\b${name}\\b`);
    const tests = globSync('test/{unit,integration,contract,e2e,chaos}/**/*.test.ts');
    expect(tests.filter((it) => word.test(it) || word.test(readFileSync(it, 'utf8')))).not.toEqual([]);
  });
});

describe.each(FUNCTION_FILES)('%s', (file) => {
  const name = nameOf(file);

  test('has a unit test of its name in the folder of its name', () => {
    const folder = file.replaceAll('\\', '/').replace(/\.ts$/, '');
    const tests = globSync(`test/unit/${folder}{,.*}.test.ts`);
    expect(tests).not.toEqual([]);
    const imports = tests.filter((it) => readFileSync(it, 'utf8').includes(`/${folder}.ts'`));
    expect(imports).not.toEqual([]);
  });

  test('exports one thing, which has its name', () => {
    expect(Object.keys(app.exports.get(file) ?? {})).toEqual([name]);
  });

  test('registers a function of its name', () => {
    expect(app.functions.map((it) => it.name)).toContain(name);
  });
});

test('no function goes without a file', () => {
  const names = new Set(FUNCTION_FILES.map(nameOf));
  const owner = ({ name }: { name: string }) => name.replace(/FromQueue$/, '');
  expect(app.functions.filter((it) => !names.has(owner(it))).map((it) => it.name)).toEqual([]);
});

test('every operation, and nothing else, can be allowed to a client', () => {
  expect(operations.length).toBeGreaterThan(10); // of which the functions were loaded
  expect(new Set(OPERATION_NAMES)).toEqual(new Set(operations.map(({ name }) => name)));
});

test('no two functions read one queue', () => {
  const queues = app.functions.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queueName] : []));
  expect(new Set(queues).size).toBe(queues.length);
});

test('every operation on one identity declares whose permission it needs', () => {
  const onIdentity = operations.filter(({ http }) => http.route.includes('identities/{id}'));
  expect(onIdentity.length).toBeGreaterThan(1);
  expect(onIdentity.filter(({ permissions }) => !permissions?.identity).map(({ name }) => name)).toEqual([]);
});
