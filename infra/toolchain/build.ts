// `npm run build`: bundles the functions and the API viewer to dist/, which Azure and the local host run, and builds the
// export acs-switchboard/signing.
import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { buildDocs } from './docs.ts';
import { writeIfChanged } from './outputFile.ts';
import { importsOf, startInOneChunk } from './startChunk.ts';

const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'], // some packages' CommonJS form cannot be bundled
  minifyWhitespace: true,
  minifySyntax: true, // but no names: stack traces stay readable, and `keepNames` would cost a call for every function made
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  write: false,
} satisfies BuildOptions;

/** Bundled CommonJS packages call `require`, which ES modules do not have. */
const REQUIRE_BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const FUNCTION_FILES = 'functions/**/*.ts';

/**
 * Bundles every file under `functions/` into one, because each further file costs most of a millisecond at every start.
 * Modules that are loaded on first use become chunks outside the `main` glob.
 *
 * @param files the files to bundle; by default, all functions
 * @returns esbuild's metafile
 */
export async function buildFunctions(
  directory = 'dist',
  files: readonly string[] = globSync(FUNCTION_FILES).sort(),
): Promise<Metafile> {
  const paths = files.map((file) => resolve(file));
  const result = await build({
    ...COMMON,
    stdin: { contents: importsOf(paths), resolveDir: '.' },
    plugins: [await startInOneChunk(paths)],
    outdir: directory,
    entryNames: 'functions/all',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'], // the Functions worker answers this import itself
    banner: { js: REQUIRE_BANNER },
  });
  removeOldFunctions(directory, result.outputFiles);
  result.outputFiles.forEach(writeIfChanged);
  return result.metafile;
}

/** Removes files of earlier builds: the host loads every file that the `main` glob matches. */
function removeOldFunctions(directory: string, files: readonly OutputFile[]): void {
  const built = new Set(files.map(({ path }) => path));
  const stale = globSync(`${directory}/functions/**/*.js{,.map}`).filter(
    (file) => ![...built].some((it) => it.endsWith(file)),
  );
  for (const file of stale) rmSync(file);
}

const DECLARATION_FLAGS = [
  ...['--ignoreConfig', '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--strict', '--skipLibCheck'],
  ...['--allowImportingTsExtensions', '--rewriteRelativeImportExtensions', '--declaration', '--emitDeclarationOnly'],
];

async function buildSigning(): Promise<void> {
  const result = await build({
    ...COMMON,
    entryPoints: ['shared/signing/index.ts'],
    outfile: 'dist/signing/index.js',
  });
  result.outputFiles.forEach(writeIfChanged);
  const tsc = 'node_modules/typescript/bin/tsc';
  const args = [tsc, ...DECLARATION_FLAGS, '--outDir', 'dist/signing', 'shared/signing/index.ts'];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  rmSync('dist', { recursive: true, force: true });
  await Promise.all([buildFunctions(), buildDocs(), buildSigning()]);
  console.log(`Built ${globSync(FUNCTION_FILES).length} functions into dist/.`);
}
