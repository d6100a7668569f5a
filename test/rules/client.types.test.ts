import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { FUNCTION_FILES } from '../../infra/toolchain/declarations.ts';
import { noBody } from '../../shared/contract/common.ts';
import { operations } from '../../shared/operation/definition.ts';
import { loadApp, nameOf } from './app.ts';

// The types of the client and of the emulator's helpers are printed from the schemas. Here the compiler compares them with the types that zod infers, so that
// a fault of the printer shows.

/** In the project, where the compiler finds its packages. */
mkdirSync('.test', { recursive: true });
const folder = mkdtempSync('.test/client-types-');
afterAll(() => rmSync(folder, { recursive: true }));

const HELPERS = `import type * as z from 'zod';
import type * as client from '../../shared/client/types.ts';
import type { OperationDefinition } from '../../shared/operation/definition.ts';

/** All members of the client's types are read-only. */
type Readonly<T> =
  T extends readonly (infer Item)[] ? readonly Readonly<Item>[]
  : T extends object ? { readonly [Name in keyof T]: Readonly<T[Name]> }
  : T;
/** Fails to compile unless each value of the first type is one of the second. */
type Assert<From extends To, To> = From;
type ParamsOf<Operation> = Operation extends OperationDefinition<infer Params, infer _> ? z.input<Params> : never;
type BodyOf<Operation> = Operation extends OperationDefinition<infer _, infer Body> ? z.input<Body> : never;
type Member<Request, Name extends string> = Request extends { readonly [It in Name]?: infer Type } ? NonNullable<Type> : {};
/** The parameters that both declare: the client's also has those for a CSV, the server's what comes with nextLink. */
type Common<One, Other> = Pick<One, keyof One & keyof Other>;
`;

const operationFiles = () => FUNCTION_FILES.filter((file) => operations.some(({ name }) => name === nameOf(file)));

function requestLines(file: string): string {
  const name = nameOf(file);
  const request = `client.Operations['${name}']['request']`;
  const params = `Readonly<ParamsOf<typeof ${name}>>`;
  const parts = ['path', 'query'].map((part) => {
    const given = `Member<${request}, '${part}'>`;
    return `export type ${name}_${part} = Assert<Common<${given}, ${params}>, Common<${params}, ${given}>>;`;
  });
  const body = `export type ${name}_body = Assert<Readonly<Member<${request}, 'body'>>, Readonly<BodyOf<typeof ${name}>>>;`;
  const hasBody = operations.find((it) => it.name === name)?.body.schema !== noBody;
  return [`import type { ${name} } from '../../${file}';`, ...parts, ...(hasBody ? [body] : [])].join('\n');
}

/** @returns what the compiler says */
function compile(config: string): string {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '--project', config], { encoding: 'utf8' }).stdout;
}

interface NamedSchema {
  readonly id: string;
  readonly exportedAs: string;
  readonly file: string;
}

const idOf = (schema: unknown): string | undefined =>
  schema instanceof z.ZodLazy ? z.globalRegistry.get(schema.unwrap() as z.ZodType)?.id : undefined;

/** The schemas that the contract names. */
async function namedSchemas(): Promise<NamedSchema[]> {
  const schemas = globSync('shared/contract/*.ts').map(async (file) => {
    const module = (await import(resolve(file))) as Record<string, unknown>;
    return Object.entries(module).flatMap(([exportedAs, schema]) => {
      const id = idOf(schema);
      return id === undefined ? [] : [{ id, exportedAs, file }];
    });
  });
  return (await Promise.all(schemas)).flat();
}

function resultLines({ id, exportedAs, file }: NamedSchema): string {
  return [
    `import type { ${exportedAs} } from '../../${file}';`,
    `export type ${exportedAs}_result = Assert<z.output<typeof ${exportedAs}>, client.${id}>;`,
  ].join('\n');
}

/** Fails to compile unless the emulator's types are those of its schemas, in both directions. */
function itemLines(type: string): string {
  const schema = type.charAt(0).toLowerCase() + type.slice(1);
  return [
    `import type { ${schema} } from '../../infra/local/acs-emulator/inspection/items.ts';`,
    `import type { ${type} } from '../../infra/local/acs-emulator/library/itemTypes.ts';`,
    `export type ${type}_ = Assert<Readonly<z.output<typeof ${schema}>>, ${type}>;`,
    `export type ${type}_schema = Assert<${type}, Readonly<z.output<typeof ${schema}>>>;`,
  ].join('\n');
}

const ITEM_TYPES = ['ItemSummary', 'SmsItem', 'EmailItem', 'ChatItem'];

let results: readonly NamedSchema[];
/** What the compiler says, by file. */
let output: string;

beforeAll(async () => {
  await loadApp();
  const schemas = await namedSchemas();
  const answered = new Set(operations.flatMap(({ responses }) => Object.values(responses).map(idOf)));
  results = schemas.filter(({ id }) => answered.has(id));
  const sources = {
    same: 'export type Right = Assert<{ a: string }, { a?: string }>;',
    different: 'export type Wrong = Assert<{ a?: string }, { a: string }>;',
    requests: operationFiles().map(requestLines).join('\n'),
    results: results.map(resultLines).join('\n'),
    items: ITEM_TYPES.map(itemLines).join('\n'),
  };
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, `${name}.ts`), HELPERS + source);
  const config = join(folder, 'tsconfig.json');
  const files = Object.keys(sources).map((name) => `${name}.ts`);
  const compilerOptions = { noUnusedLocals: false };
  writeFileSync(config, JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, files, include: [] }));
  output = compile(config);
});

const errorsIn = (name: string) => output.split('\n').filter((line) => line.includes(`/${name}.ts(`));

/** @see https://node.green: Node 20 has all of ES2023, and of ES2024 the methods of strings among others */
test.each([
  ['the client', 'shared/client/index.ts', ['es2023']],
  ['the emulator', 'infra/local/acs-emulator/index.ts', ['es2023', 'es2024.string']],
  ['switchboard emulator', 'infra/local/emulator.ts', ['es2023', 'es2024.string']],
  ['switchboard call', 'infra/local/call.ts', ['es2023', 'es2024.string']],
  ['switchboard batch', 'infra/local/batch.ts', ['es2023', 'es2024.string']],
])('%s needs no newer library than Node 20 has', (_, file, lib) => {
  const config = join(folder, 'node20.json');
  const compilerOptions = { target: 'es2022', lib };
  const files = [`../../${file}`];
  writeFileSync(config, JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, files, include: [] }));
  expect(compile(config)).toBe('');
});

test('a difference is found', () => {
  expect(errorsIn('different')).toHaveLength(1);
  expect(errorsIn('same')).toEqual([]);
});

test('every request of the client is one that Switchboard accepts', () => {
  expect(operationFiles()).toHaveLength(operations.length);
  expect(errorsIn('requests')).toEqual([]);
});

test('every response of Switchboard is one that the client returns', () => {
  const answered = operations.flatMap(({ responses }) => Object.values(responses).filter((it) => it !== null));
  expect(new Set(results.map(({ id }) => id))).toEqual(new Set(answered.map(idOf)));
  expect(errorsIn('results')).toEqual([]);
});

test('the emulator’s items are those that its helpers return', () => {
  expect(errorsIn('items')).toEqual([]);
});
