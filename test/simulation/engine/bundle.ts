import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { COMMON, REQUIRE_BANNER } from '../../../infra/toolchain/bundle.ts';

export const SWITCHBOARD_WORLD = 'test/simulation/world/world.ts';

/**
 * Bundles a world and the engine into one file for a thread. A bundled `import()` reads nothing from disk, which would take
 * real time and make a run depend on it.
 *
 * @param world a file that exports `world`
 * @returns the bundle, which lasts as long as this process
 */
export async function bundleWorker(world: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-simulation-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, 'worker.mjs');
  const engine = resolve('test/simulation/engine');
  const contents = [
    `import ${JSON.stringify(join(engine, 'functionsCore.ts'))};`,
    `import { serveRuns } from ${JSON.stringify(join(engine, 'worker.ts'))};`,
    `import { world } from ${JSON.stringify(resolve(world))};`,
    'serveRuns(world);',
  ].join('\n');
  await build({
    ...COMMON,
    stdin: { contents, resolveDir: '.', sourcefile: 'worker.ts', loader: 'ts' },
    outfile,
    sourcemap: 'inline',
    external: ['@azure/functions-core'],
    banner: { js: REQUIRE_BANNER },
  });
  return outfile;
}
