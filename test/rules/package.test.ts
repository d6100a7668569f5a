import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { packageFunctions } from '../../infra/toolchain/package.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchboard-package-'));
const manifest = z.record(z.string(), z.string());
const read = (file: string) => readFileSync(join(directory, file), 'utf8');

beforeAll(() => packageFunctions(directory));
afterAll(() => rmSync(directory, { recursive: true }));

test('the deployment package is the bundle, its page and what the host reads, and nothing else', () => {
  const parts = new Set(
    globSync('**/*.*', { cwd: directory }).map((file) =>
      file.replace(/(?<=^dist\/(?:functions|chunks|docs)\/)[^/]+$/, '*'),
    ),
  );
  expect(parts).toEqual(new Set(['dist/functions/*', 'dist/chunks/*', 'dist/docs/*', 'host.json', 'package.json']));
  expect(read('host.json')).toBe(readFileSync('host.json', 'utf8'));
});

test('the page names files that are there', () => {
  const named = read('dist/docs/index.html').match(/(?<="docs\/)[^"]+/g) ?? [];
  expect(named).toHaveLength(3);
  expect(new Set(globSync('*', { cwd: join(directory, 'dist/docs') }))).toEqual(new Set([...named, 'index.html']));
});

test('its package.json leads the host to the functions, and has nothing to install or build', () => {
  const it = manifest.parse(JSON.parse(read('package.json')));
  expect(it).toEqual({
    name: 'acs-switchboard',
    version: expect.any(String),
    type: 'module',
    main: expect.any(String),
  });
  expect(globSync(it['main'] ?? '', { cwd: directory })).toEqual(['dist/functions/all.js']);
});
