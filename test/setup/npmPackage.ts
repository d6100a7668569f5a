import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import * as z from 'zod';
import { projectCopy } from './startForTest.ts';

/** npm as the tests were started with it: its JavaScript file. */
const NPM = process.env['npm_execpath'] ?? '';
const NPX = join(dirname(NPM), 'npx-cli.js');

/** A folder outside the project, of somebody who uses the package; the Node is the one of the tests. */
export interface Consumer {
  readonly directory: string;
  /** @throws Error with the output if the command fails */
  npm(...args: readonly string[]): string;
  npx(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  node(...args: readonly string[]): string;
  remove(): void;
}

/** What npm adds to the environment of its scripts, and a user's terminal does not have. */
const NPMS_OWN = /^npm_/i;

/** The environment of a user's terminal in which this Node is installed. */
export const userEnvironment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NPMS_OWN.test(name))),
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
};

export function createConsumer(): Consumer {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-consumer-'));
  const options = { cwd: directory, env: userEnvironment } as const;
  return {
    directory,
    npm: (...args) => run([NPM, ...args], options),
    npx: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [NPX, ...args], { ...options, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
    node: (...args) => run([...args], options),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function run(args: string[], options: SpawnSyncOptions): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...options, encoding: 'utf8' });
  if (status === 0) return String(stdout);
  throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

const packed = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string(), size: z.number() })),
  }),
]);

/** What `npm pack` reports. */
export type Packed = z.output<typeof packed>[0] & {
  readonly tarball: string;
  /** Where the bundler found packages: bundled CommonJS modules keep their names. `node_modules` when not in a copy. */
  readonly modules: string;
};

/** Runs `npm pack` in a copy of the project: it replaces dist/, which other tests use. */
export function packProject(destination: string): Packed {
  const { directory, remove } = projectCopy();
  try {
    for (const file of ['README.md', 'LICENSE']) cpSync(file, join(directory, file));
    const json = run([NPM, 'pack', '--silent', '--json', '--pack-destination', destination], {
      cwd: directory,
      env: userEnvironment,
    });
    const [result] = packed.parse(JSON.parse(json));
    const modules = relative(realpathSync(directory), resolve('node_modules'));
    return { ...result, tarball: join(destination, result.filename), modules };
  } finally {
    remove();
  }
}
