import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Source of a module that only imports these files. */
export const importsOf = (paths: readonly string[]) =>
  paths.map((path) => `import ${JSON.stringify(path)};`).join('\n');

/**
 * Keeps what every start reads in one chunk. esbuild creates a chunk for each set of entries that share modules, and
 * reading a file costs most of a millisecond. Our own modules that are loaded later therefore import everything that a
 * start has loaded by then, and share it as a whole.
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

/** Paths of our own files that are loaded by a dynamic import. */
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
