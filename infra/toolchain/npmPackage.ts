import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { buildDocs, buildFunctions, buildFunctionsHost, buildOutboxPage, COMMON, REQUIRE_BANNER } from './bundle.ts';
import { describeContents } from './contents.ts';

// What the npm package has in dist/: its exports with their types, the commands, and the functions that they start. Everything
// is bundled, so that the package has no dependencies.

/** `switchboard start` and `doctor` need a newer one, because they contain parts of the functions. */
const OLDEST_NODE = 'node20.12';

/** By name in the package: `acs-switchboard/<name>`. */
const EXPORTS = {
  client: 'shared/client/index.ts',
  signing: 'shared/signing/index.ts',
  emulator: 'infra/local/acs-emulator/index.ts',
};

/** Bundles the exports, with their type declarations. @returns what they contain */
export async function buildExports(directory = 'dist', overrides: BuildOptions = {}): Promise<readonly Metafile[]> {
  const options = { ...COMMON, target: OLDEST_NODE, ...overrides, metafile: true } as const;
  const { emulator, ...plain } = EXPORTS;
  const builds = await Promise.all([
    build({ ...options, minifyWhitespace: false, entryPoints: outputs(plain), outdir: directory }),
    build({
      ...options,
      entryPoints: outputs({ emulator }),
      outdir: directory,
      splitting: true, // storage is loaded when events are sent to it
      chunkNames: 'emulator/[name]-[hash]',
      banner: { js: REQUIRE_BANNER },
      define: { IN_NPM_PACKAGE: 'true' },
    }),
  ]);
  writeDeclarations(Object.values(EXPORTS), join(directory, 'types'));
  return builds.map(({ metafile }) => metafile);
}

function outputs(entries: Readonly<Record<string, string>>) {
  return Object.entries(entries).map(([name, file]) => ({ in: file, out: `${name}/index` }));
}

const DECLARATION_FLAGS = [
  ...['--ignoreConfig', '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--strict', '--skipLibCheck'],
  ...['--allowImportingTsExtensions', '--rewriteRelativeImportExtensions', '--declaration', '--emitDeclarationOnly'],
  ...['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--rootDir', '.'],
];

/**
 * Writes the type declarations of some files and of what they import.
 *
 * @throws Error if they import types of another package, which users may not have installed
 */
function writeDeclarations(files: readonly string[], directory: string): void {
  const all = mkdtempSync(join(tmpdir(), 'switchboard-types-'));
  try {
    const tsc = 'node_modules/typescript/bin/tsc';
    execFileSync(process.execPath, [tsc, ...DECLARATION_FLAGS, '--outDir', all, ...files], { stdio: 'inherit' });
    const needed = new Set<string>();
    for (const file of files) addDeclarations(join(all, file), needed);
    for (const file of needed) {
      const copy = join(directory, relative(all, file));
      mkdirSync(dirname(copy), { recursive: true });
      // The compiler keeps the extension of the sources, which are not in the package.
      const text = readFileSync(file, 'utf8').replaceAll(IMPORTED, (it) => it.replace(/\.ts(['"])$/, '.js$1'));
      writeFileSync(copy, text);
    }
  } finally {
    rmSync(all, { recursive: true });
  }
}

/** The compiler writes the imports that it adds itself in double quotes. */
const IMPORTED = /(?:\bfrom |\bimport\()['"]([^'"]+)['"]/g;

/** Adds the declaration file of a source, and those of the sources that it imports. */
function addDeclarations(source: string, found: Set<string>): void {
  const file = source.replace(/\.ts$/, '.d.ts');
  if (found.has(file)) return;
  found.add(file);
  for (const [, imported = ''] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
    if (!imported.startsWith('.')) throw new Error(`${file} needs the types of ${imported}.`);
    addDeclarations(join(dirname(source), imported), found);
  }
}

/**
 * Without source maps: they would double the size, and stack traces are readable without, since no name is shortened. Node
 * prints the line that has thrown an error, so lines are kept short.
 */
const NO_MAPS = { sourcemap: false, lineLimit: 160 } satisfies BuildOptions;

/**
 * Builds what `npm pack` puts into the package, with its SBOM and the licenses of what is bundled.
 *
 * @returns what it contains
 */
export async function buildNpmPackage(directory = 'dist'): Promise<readonly Metafile[]> {
  rmSync(directory, { recursive: true, force: true });
  const builds = await Promise.all([
    buildFunctions(directory, undefined, NO_MAPS),
    buildDocs(join(directory, 'docs')),
    buildOutboxPage(join(directory, 'outbox')),
    buildFunctionsHost(join(directory, 'cli/functionsHost.js'), NO_MAPS),
    buildCommands(join(directory, 'cli')),
  ]);
  const all = [...builds, ...(await buildExports(directory, NO_MAPS))];
  describeContents(all, directory);
  return all;
}

/** Bundles the program `switchboard`, and the programs that it starts. */
async function buildCommands(directory: string): Promise<Metafile> {
  const { metafile } = await build({
    ...COMMON,
    ...NO_MAPS,
    target: OLDEST_NODE,
    entryPoints: ['switchboard', 'emulator', 'azurite'].map((name) => `infra/local/${name}.ts`),
    outdir: directory,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: REQUIRE_BANNER },
    define: { IN_NPM_PACKAGE: 'true' },
    metafile: true,
  });
  return metafile;
}
