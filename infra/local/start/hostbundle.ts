import { join } from 'node:path';
import { buildSync } from 'esbuild';

let built: string | undefined;

/**
 * Bundles the functions host into one file of JavaScript, once. Run as TypeScript from many files, its process would take
 * 40 MB more, which are not the functions'.
 *
 * @returns the file
 */
export function bundledHost(directory: string): string {
  if (built) return built;
  const outfile = join(directory, 'functions-host.mjs');
  buildSync({
    entryPoints: ['infra/local/functions-host/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    // Bundled CommonJS packages call `require`, which ES modules do not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  built = outfile;
  return outfile;
}
