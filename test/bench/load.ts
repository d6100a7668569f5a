/**
 * How long the functions take to load, from the start of the import until all are registered, against the least that
 * a function app with checked requests can do (`load/floor.ts`), bundled in the same way. Every start is a process of
 * its own; the two take turns.
 */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { buildFunctions } from '../../infra/toolchain/build.ts';
import { type Figures, figure } from './report.ts';
import { median, medianRatio } from './statistics.ts';

const ROUNDS = 25;
const RATIO_BUDGET = { relation: '≤', limit: 1.5 } as const;

const manifest = z.object({ main: z.string() });
const started = z.object({ milliseconds: z.number(), functions: z.int().min(1) });

type Started = z.output<typeof started>;

export async function benchLoad(): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-load-'));
  const removeAll = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeAll);
  try {
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
    // The measuring process is bundled too: Node's type stripping, loaded for it, would be part of what is measured.
    const measure = await built(join(directory, 'process'), ['test/bench/load/process.ts']);
    const app = await built(join(directory, 'app'));
    const floor = await built(join(directory, 'floor'), ['test/bench/load/floor.ts']);
    return figuresOf(
      await alternately(
        ROUNDS,
        () => start(measure, app),
        () => start(measure, floor),
      ),
    );
  } finally {
    removeAll();
    process.removeListener('exit', removeAll);
  }
}

/** Builds the functions, or other files, and answers with what the Functions host would load. */
async function built(directory: string, files?: readonly string[]): Promise<string[]> {
  await buildFunctions(join(directory, 'dist'), files);
  const { main } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  return globSync(main, { cwd: directory })
    .sort()
    .map((file) => join(directory, file));
}

async function start(measure: readonly string[], files: readonly string[]): Promise<Started> {
  const { stdout } = await promisify(execFile)(process.execPath, [...measure, ...files]);
  return started.parse(JSON.parse(stdout));
}

type Pair = readonly [app: Started, floor: Started];

/** The first round of each only fills the disk's cache. */
async function alternately(
  rounds: number,
  app: () => Promise<Started>,
  floor: () => Promise<Started>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) pairs.push([await app(), await floor()]);
  return pairs.slice(1);
}

function figuresOf(pairs: readonly Pair[]): Figures {
  const app = pairs.map(([{ milliseconds }]) => milliseconds);
  const floor = pairs.map(([, { milliseconds }]) => milliseconds);
  return {
    'load.functions': figure(pairs[0]?.[0].functions ?? Number.NaN),
    'load.appMilliseconds': figure(median(app)),
    'load.floorMilliseconds': figure(median(floor)),
    'load.appTimesFloor': figure(medianRatio(app, floor), RATIO_BUDGET),
  };
}
