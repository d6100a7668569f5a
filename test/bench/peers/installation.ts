import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';

const SOURCES = import.meta.dirname;

/** Not among the project's own dependencies: installed here with the first bench, in the versions of package-lock.json. */
const FOLDER = resolve('node_modules/.cache/switchboard-bench-peers');

const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** The modules of the queue libraries, bundled except for the packages. */
export const LIBRARIES = ['bullmq', 'graphileWorker', 'pgBoss'] as const;
export type Library = (typeof LIBRARIES)[number];

export interface Peers {
  /** Exports `open`. */
  module(library: Library): string;
  /** The program of a worker process. */
  readonly worker: string;
  /** The versions of the packages. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Installs the packages of the queue libraries, if they are not yet, and bundles what uses them beside them.
 *
 * @throws Error that says what to do if the packages cannot be installed
 */
export async function installPeers(): Promise<Peers> {
  const { dependencies } = manifest.parse(JSON.parse(readFileSync(join(SOURCES, 'package.json'), 'utf8')));
  mkdirSync(FOLDER, { recursive: true });
  await installPackages();
  await build({
    entryPoints: [...LIBRARIES.map((library) => join(SOURCES, `libraries/${library}.ts`)), join(SOURCES, 'worker.ts')],
    outdir: FOLDER,
    outbase: SOURCES,
    external: Object.keys(dependencies),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  return {
    module: (library) => join(FOLDER, `libraries/${library}.js`),
    worker: join(FOLDER, 'worker.js'),
    versions: dependencies,
  };
}

async function installPackages(): Promise<void> {
  const lock = readFileSync(join(SOURCES, 'package-lock.json'), 'utf8');
  const installed = join(FOLDER, 'installed-lock.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  console.error('Installing the queue libraries with npm …');
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(SOURCES, file), join(FOLDER, file));
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', npm, { cwd: FOLDER, shell: process.platform === 'win32' });
  } catch (error) {
    throw new Error(
      `The queue libraries cannot be installed: npm ci failed in ${FOLDER}. Check the network and the npm registry.\n${(error as { stderr?: string }).stderr ?? error}`,
      { cause: error },
    );
  }
  writeFileSync(installed, lock);
}
