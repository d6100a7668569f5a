import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildFunctions } from '../../infra/toolchain/bundle.ts';
import { staticPart } from '../bench/load/bundle.ts';
import { TEST_CLIENTS } from '../setup/switchboard.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchboard-bundle-'));
let metafile: Metafile;
let outputs: Metafile['outputs'];
let code: ReadonlyMap<string, string>;

beforeAll(async () => {
  metafile = await buildFunctions(directory);
  ({ outputs } = metafile);
  const files = Object.keys(outputs).filter((file) => file.endsWith('.js'));
  code = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}, 60_000);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** The output files that hold this text. */
const holding = (text: string): string[] =>
  [...code].filter(([, it]) => it.toLowerCase().includes(text.toLowerCase())).map(([file]) => basename(file));

const localSettings = z.object({ Values: z.record(z.string(), z.string()) });

/** The base64 keys of at least 16 characters in a text. */
const keysIn = (text: string): string[] => text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];

/** The file that the host loads, and what that loads in the background when the app has started. */
function startFiles(): string[] {
  const [entry = ''] = Object.keys(outputs).filter((file) => /functions\/[^/]+\.js$/.test(file));
  const later = outputs[entry]?.imports.flatMap(({ kind, path }) => (kind === 'dynamic-import' ? [path] : [])) ?? [];
  return [entry, ...later];
}

/** The files that are loaded with this one, by static imports. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const { imports = [] } = outputs[file] ?? {};
  for (const it of imports) if (it.kind === 'import-statement' && !it.external) loadedWith(it.path, seen);
  return seen;
}

const inputs = (files: Iterable<string>) => [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));

test('there is one file to load, and chunks beside it', () => {
  const entries = Object.entries(outputs).filter(([file]) => relative(directory, file).startsWith('functions/'));
  expect(entries.map(([file]) => basename(file)).filter((it) => it.endsWith('.js'))).toHaveLength(1);
});

test('a start reads that file, and what bundled packages share', () => {
  expect(staticPart(metafile).files).toHaveLength(2);
});

test('what every invocation needs is one chunk, and its entry', () => {
  const [declarations = ''] = startFiles().slice(1);
  const started = new Set(staticPart(metafile).files);
  expect([...loadedWith(declarations)].filter((file) => !started.has(file))).toHaveLength(2);
});

test('a start loads no declaration; they are loaded after it', () => {
  const isDeclaration = (file: string) => file.startsWith('functions/');
  expect(staticPart(metafile).sources.filter(isDeclaration)).toEqual([]);
  const declared = startFiles()
    .flatMap((file) => inputs(loadedWith(file)))
    .filter(isDeclaration);
  expect(declared.toSorted()).toEqual(globSync('functions/**/*.ts').toSorted());
});

describe('what is deployed', () => {
  test('knows no emulator', () => {
    expect(holding('emulator')).toEqual([]);
  });

  test('holds no key of tests', () => {
    const keys = Object.values(TEST_CLIENTS).flatMap((client) => client.keys);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.flatMap(holding)).toEqual([]);
  });

  test('holds no key of local.settings.json', () => {
    const { Values } = localSettings.parse(JSON.parse(readFileSync('local.settings.json', 'utf8')));
    const { ACS_CONNECTION_STRING = '', CLIENTS = '' } = Values;
    const keys = [...keysIn(ACS_CONNECTION_STRING.split('accesskey=')[1] ?? ''), ...keysIn(CLIENTS)];
    expect(keys).toHaveLength(2);
    expect(keys.flatMap(holding)).toEqual([]);
  });

  test('is made of the app and its packages only', () => {
    const inputs = Object.values(outputs).flatMap((it) => Object.keys(it.inputs));
    expect(inputs.filter((it) => /^(?:infra|test)\//.test(it))).toEqual([]);
    expect(inputs).toContain('shared/operation/http.ts');
  });
});

describe('at the start and after it', () => {
  const loaded = () => startFiles().flatMap((file) => [...loadedWith(file)]);

  const packagesIn = (files: Iterable<string>): Set<string> =>
    new Set(inputs(files).flatMap((it) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(it)?.[1] ?? []));

  const HEAVY = ['@azure/storage-blob', '@azure/storage-queue', '@azure/data-tables', '@azure/identity'];
  const LATER = [...HEAVY, '@azure/core-rest-pipeline', 'jsonc-parser', 'libphonenumber-js'];

  test('the SDKs are not loaded; they come with the first use', () => {
    const packages = packagesIn(loaded());
    expect([...packages]).toEqual(expect.arrayContaining(['@azure/functions', 'zod']));
    expect(LATER.filter((it) => packages.has(it))).toEqual([]);
    const all = packagesIn(Object.keys(outputs));
    expect(LATER.filter((it) => !all.has(it))).toEqual([]);
  });

  test('what describes the API is not loaded; it comes with the first reader', () => {
    const isDescription = (file: string) => /^shared\/(?:openapi|docs)\//.test(file);
    expect(inputs(loaded()).filter(isDescription)).toEqual([]);
    expect(inputs(Object.keys(outputs)).filter(isDescription).length).toBeGreaterThan(5);
  });
});
