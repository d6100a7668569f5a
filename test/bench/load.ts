/**
 * How long the functions take to load, from the start of the import until all are registered, against the least that
 * a function app with checked requests can do (`load/floor.ts`), bundled in the same way. Every start is a process of
 * its own; the two take turns. "Ready" includes what is loaded in the background after that, while the host completes its
 * start: the declarations, zod, and what serves every invocation.
 */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { buildFunctions } from '../../infra/toolchain/bundle.ts';
import { packageFunctions, zipped } from '../../infra/toolchain/deploymentPackage.ts';
import { type StaticPart, staticPart } from './load/bundle.ts';
import { type Figures, figure } from './report.ts';
import { median, medianRatio } from './statistics.ts';

const ROUNDS = 25;
const RATIO_BUDGET = { relation: '≤', limit: 1.3 } as const;

/** What is to be loaded on first use: every Azure library but the programming model, what they stand on, and telemetry. */
const SDK = /node_modules\/@(?:azure\/(?!functions)|azure-rest|typespec|opentelemetry)/;
const SDK_BUDGET = { relation: '≤', limit: 0 } as const;

const manifest = z.object({ main: z.string() });
const started = z.object({ milliseconds: z.number(), readyMilliseconds: z.number(), functions: z.int().min(1) });

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
    const startOf = (it: Built) => () => start(measure, it);
    const packaged = join(directory, 'package');
    await packageFunctions(packaged);
    return {
      ...(await times(startOf(app), startOf(floor))),
      ...sizes(app, floor),
      'load.packageZipBytes': figure(zipped(packaged).length),
    };
  } finally {
    removeAll();
    process.removeListener('exit', removeAll);
  }
}

interface Built {
  /** What the Functions host would load. */
  readonly files: readonly string[];
  readonly part: StaticPart;
}

/** Builds the functions, or other files in their place. */
async function built(directory: string, sources?: readonly string[]): Promise<Built> {
  const part = staticPart(await buildFunctions(join(directory, 'dist'), sources));
  const { main } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const files = globSync(main, { cwd: directory }).sort();
  return { files: files.map((file) => join(directory, file)), part };
}

async function start(measure: Built, { files }: Built): Promise<Started> {
  const { stdout } = await promisify(execFile)(process.execPath, [...measure.files, ...files]);
  return started.parse(JSON.parse(stdout));
}

async function times(startApp: () => Promise<Started>, startFloor: () => Promise<Started>): Promise<Figures> {
  const app: Started[] = [];
  const floor: Started[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const pair = [await startApp(), await startFloor()] as const;
    if (round === 0) continue; // fills the disk's cache
    app.push(pair[0]);
    floor.push(pair[1]);
  }
  const milliseconds = (starts: readonly Started[]) => starts.map((it) => it.milliseconds);
  const ready = (starts: readonly Started[]) => starts.map((it) => it.readyMilliseconds);
  return {
    'load.functions': figure(app[0]?.functions ?? Number.NaN),
    'load.appMilliseconds': figure(median(milliseconds(app))),
    'load.floorMilliseconds': figure(median(milliseconds(floor))),
    'load.appTimesFloor': figure(medianRatio(milliseconds(app), milliseconds(floor)), RATIO_BUDGET),
    'load.appReadyMilliseconds': figure(median(ready(app))),
    'load.appReadyTimesFloor': figure(medianRatio(ready(app), ready(floor))),
  };
}

/** What no other work on the machine can disturb. */
function sizes(app: Built, floor: Built): Figures {
  return {
    'load.appStaticBytes': figure(app.part.bytes),
    'load.floorStaticBytes': figure(floor.part.bytes),
    'load.appStaticSdkFiles': figure(app.part.sources.filter((path) => SDK.test(path)).length, SDK_BUDGET),
  };
}
