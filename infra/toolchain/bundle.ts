import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import type { Trigger } from '../../shared/operation/functions.ts';
import { declaredTriggers, FUNCTION_FILES } from './declarations.ts';

// What is bundled: the functions and the API viewer, which Azure and the local host run, and that host.

export const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'], // some packages' CommonJS form cannot be bundled
  minifyWhitespace: true,
  minifySyntax: true, // but no names: stack traces stay readable, and `keepNames` would cost a call for every function created
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** esbuild returns the files, for `writeIfChanged`. */
const WRITTEN_BY_US = { metafile: true, write: false } as const;

/** Bundled CommonJS packages call `require`, which ES modules do not have. */
export const REQUIRE_BANNER =
  "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);";

/**
 * Bundles the functions. The only file that matches the `main` glob registers their triggers, which are read from the
 * declarations now. The declarations are in a chunk that is loaded after the start, and what needs them on first use only in
 * further chunks.
 *
 * @param files files of another app, which register functions themselves, to be bundled in the same way
 * @param overrides e.g. to leave out source maps
 * @returns esbuild's metafile, with what imports what
 */
export async function buildFunctions(
  directory = 'dist',
  files?: readonly string[],
  overrides: BuildOptions = {},
): Promise<Metafile> {
  const paths = (files ?? FUNCTION_FILES).map((file) => resolve(file));
  const contents = files ? importsOf(paths) : registrationOf(await declaredTriggers());
  const result = await build({
    ...COMMON,
    ...overrides,
    ...WRITTEN_BY_US,
    stdin: { contents, resolveDir: '.' },
    plugins: [await sharedInOneChunk(contents, paths)],
    outdir: directory,
    entryNames: 'functions/all',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'], // provided by the Functions worker
    banner: { js: REQUIRE_BANNER },
  });
  removeOldFunctions(directory, result.outputFiles);
  result.outputFiles.forEach(writeIfChanged);
  return result.metafile;
}

/** The host loads all files that match the `main` glob, also those of an earlier build. */
function removeOldFunctions(directory: string, files: readonly OutputFile[]): void {
  const built = new Set(files.map(({ path }) => path));
  const stale = globSync(`${directory}/functions/**/*.js{,.map}`).filter(
    (file) => ![...built].some((it) => it.endsWith(file)),
  );
  for (const file of stale) rmSync(file);
}

/**
 * Bundles the local functions host into one file. As TypeScript in many files, its process would take 40 MB more, which do
 * not belong to the functions.
 */
export async function buildFunctionsHost(outfile: string, overrides: BuildOptions = {}): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...overrides,
    ...WRITTEN_BY_US,
    entryPoints: ['infra/local/functions-host/main.ts'],
    outfile,
    banner: { js: REQUIRE_BANNER },
  });
  outputFiles.forEach(writeIfChanged);
  return metafile;
}

/** The source of a module that does nothing but load these files. */
const importsOf = (paths: readonly string[]) => paths.map((path) => `import ${JSON.stringify(path)};`).join('\n');

/** The source of a module that registers functions, and loads their declarations when the app has started. */
const registrationOf = (triggers: readonly Trigger[]) =>
  `import { registerFunctions } from './shared/operation/registration.ts';
  registerFunctions(${JSON.stringify(triggers)}, async () => (await import('./shared/operation/loadedFunctions.ts')).loaded);`;

/**
 * Keeps in one chunk what all invocations need. esbuild creates a chunk for each set of entries that share something, and each
 * file costs most of a millisecond to read. Therefore each of our modules that is loaded by `import()` imports all declarations,
 * and shares them as a whole.
 *
 * @param start the source of the entry
 * @param paths of the declarations
 */
async function sharedInOneChunk(start: string, paths: readonly string[]): Promise<Plugin> {
  const loadedLater = await dynamicImports([start, importsOf(paths)].join('\n'));
  return {
    name: 'shared-in-one-chunk',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        loadedLater.has(path)
          ? { contents: `${await readFile(path, 'utf8')}\n${importsOf(paths)}`, loader: 'ts' }
          : undefined,
      ),
  };
}

/** Paths of our own files that are loaded by `import()` when they are needed. */
async function dynamicImports(contents: string): Promise<Set<string>> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: '.' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  return new Set(entries.map((entry) => resolve(entry)));
}

/** Replaces a file atomically, because another start may be loading it. */
function writeIfChanged({ path, contents }: Pick<OutputFile, 'path' | 'contents'>): void {
  if (isSame(path, contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

function isSame(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false; // it does not exist yet
  }
}

const DOCS_PAGE = 'shared/docs/page/index.html';
const VIEWER = 'node_modules/swagger-ui-dist';

/**
 * Bundles the page that shows the OpenAPI description together with its viewer: it loads nothing from other servers.
 *
 * @returns esbuild's metafile, with what it contains
 */
export function buildDocs(directory = 'dist/docs'): Promise<Metafile> {
  return buildPage(directory, DOCS_PAGE, 'shared/docs/page/main.ts', licenses(directory));
}

const OUTBOX_PAGE = 'infra/local/acs-emulator/page/index.html';

/** Bundles the page of the ACS emulator. @returns esbuild's metafile, with what it contains */
export function buildOutboxPage(directory = 'dist/outbox'): Promise<Metafile> {
  return buildPage(directory, OUTBOX_PAGE, 'infra/local/acs-emulator/page/main.tsx');
}

interface BuiltFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Bundles a page. Except for the HTML file itself, each file name contains a hash of the content. */
async function buildPage(directory: string, page: string, entry: string, licenseFile?: BuiltFile): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outdir: directory,
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    write: false,
  });
  const files = licenseFile ? [...outputFiles, licenseFile] : outputFiles;
  const named = (extension: string) => basename(files.find(({ path }) => extname(path) === extension)?.path ?? '');
  const html = readFileSync(page, 'utf8')
    .replace('{{script}}', named('.js'))
    .replace('{{stylesheet}}', named('.css'))
    .replace('{{licenses}}', named('.txt'));
  const index = { path: join(directory, 'index.html'), contents: Buffer.from(html) };
  for (const file of [...files, index]) writeIfChanged(file);
  removeOthers(directory, [...files, index]);
  return metafile;
}

/** Licenses of the viewer and of everything that is bundled in it. */
function licenses(directory: string): BuiltFile {
  const files = ['LICENSE', 'NOTICE', 'swagger-ui-es-bundle.js.LICENSE.txt'].map((it) =>
    readFileSync(join(VIEWER, it)),
  );
  const contents = Buffer.concat(files);
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
  return { path: join(directory, `licenses-${hash}.txt`), contents };
}

/** Removes the files of an earlier build, which would be served as well. */
function removeOthers(directory: string, files: readonly { readonly path: string }[]): void {
  const built = new Set(files.map(({ path }) => basename(path)));
  for (const name of readdirSync(directory)) {
    if (!built.has(name)) rmSync(join(directory, name));
  }
}
