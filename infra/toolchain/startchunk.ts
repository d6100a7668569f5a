import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A module that loads these files and does no more. */
export const importsOf = (paths: readonly string[]) =>
  paths.map((path) => `import ${JSON.stringify(path)};`).join('\n');

/**
 * Keeps what every start reads in one chunk. esbuild makes a chunk for each set of entries that share something, and
 * each file read costs most of a millisecond: so whatever of our own is loaded later imports all that the start has
 * loaded by then, and shares it as a whole.
 *
 * @param paths of the files that a start loads
 */
export async function startInOneChunk(paths: readonly string[]): Promise<Plugin> {
  const loadedLater = await dynamicImports(paths);
  return {
    name: 'start-in-one-chunk',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        loadedLater.has(path)
          ? { contents: `${await readFile(path, 'utf8')}\n${importsOf(paths)}`, loader: 'ts' }
          : undefined,
      ),
  };
}

/** Our own files that are loaded by `import()` only when they are needed, by their paths. */
async function dynamicImports(paths: readonly string[]): Promise<Set<string>> {
  const { metafile } = await build({
    stdin: { contents: importsOf(paths), resolveDir: '.' },
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
