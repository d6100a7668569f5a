import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { buildFunctions } from '../../infra/toolchain/bundle.ts';
import { staticPart } from '../bench/load/bundle.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchboard-telemetry-'));
let metafile: Metafile;

beforeAll(async () => {
  metafile = await buildFunctions(directory);
}, 60_000);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

const TELEMETRY =
  /node_modules\/(?:@opentelemetry|@azure\/monitor-)|shared\/telemetry\/(?:opentelemetry|otlp|azuremonitor)/;
const MONITOR = /node_modules\/@azure\/monitor-/;

/** The source files that a start has loaded with these settings, out of the built ones. */
async function loadedWith(variables: Readonly<Record<string, string>>): Promise<string[]> {
  const args = ['--disable-warning=ExperimentalWarning', resolve('test/setup/loadedFiles.ts')];
  const entry = join(directory, 'functions/all.js');
  const { stdout } = await promisify(execFile)(process.execPath, [...args, entry], { env: variables });
  const files = new Set(
    z
      .array(z.string())
      .parse(JSON.parse(stdout))
      .filter((it) => it.startsWith('file:'))
      .map((it) => fileURLToPath(it)),
  );
  const outputs = Object.entries(metafile.outputs).filter(([path]) => files.has(resolve(path)));
  return outputs.flatMap(([, { inputs }]) => Object.keys(inputs));
}

test('what telemetry needs is no part of what every start loads', () => {
  const inputs = Object.values(metafile.outputs).flatMap((it) => Object.keys(it.inputs));
  expect(inputs.some((it) => TELEMETRY.test(it))).toBe(true);
  const { sources } = staticPart(metafile);
  expect(sources).toContain('shared/operation/registration.ts');
  expect(sources.filter((it) => TELEMETRY.test(it))).toEqual([]);
});

test('while it is off, nothing of it is loaded', async () => {
  const loaded = await loadedWith({});
  expect(loaded).toContain('shared/operation/define.ts');
  expect(loaded.filter((it) => TELEMETRY.test(it))).toEqual([]);
});

test('a collector needs OTLP, and nothing of Azure Monitor', async () => {
  const loaded = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(loaded).toContain('shared/telemetry/otlp.ts');
  expect(loaded.filter((it) => MONITOR.test(it))).toEqual([]);
});

test('Application Insights needs its exporter, and nothing of OTLP', async () => {
  // One that works would have the exporter call Azure.
  const loaded = await loadedWith({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=no-guid' });
  expect(loaded.filter((it) => MONITOR.test(it))).not.toEqual([]);
  expect(loaded).not.toContain('shared/telemetry/otlp.ts');
});
