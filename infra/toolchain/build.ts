// `npm run build`: the functions bundled to dist/ (what Azure and the local host run), and the export acs-switchboard/signing.
import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  keepNames: true, // error names and stack traces stay readable
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundled CommonJS packages call `require`, which ES modules do not have. */
const REQUIRE_BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles every file under `functions/`: one entry a function, what they share in chunks outside the `main` glob.
 *
 * @returns esbuild's account of what imports what
 */
export async function buildFunctions(directory = 'dist'): Promise<Metafile> {
  const result = await build({
    ...COMMON,
    entryPoints: globSync('functions/**/*.ts'),
    outbase: '.',
    outdir: directory,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'], // the Functions worker answers this import itself
    banner: { js: REQUIRE_BANNER },
  });
  return result.metafile;
}

async function buildSigning(): Promise<void> {
  await build({ ...COMMON, entryPoints: ['shared/signing/index.ts'], outfile: 'dist/signing/index.js' });
  const flags = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--outDir', 'dist/signing'];
  execFileSync(process.execPath, [
    'node_modules/typescript/bin/tsc',
    ...['--ignoreConfig', '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--strict'],
    ...['--allowImportingTsExtensions', '--rewriteRelativeImportExtensions', '--skipLibCheck'],
    ...flags,
    'shared/signing/index.ts',
  ]);
}

export async function buildAll(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await Promise.all([buildFunctions(), buildSigning()]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildAll();
  console.log(`Built ${globSync('dist/functions/**/*.js').length} functions into dist/.`);
}
