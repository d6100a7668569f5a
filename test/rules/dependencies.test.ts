import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { buildDocs, buildFunctions } from '../../infra/toolchain/bundle.ts';
import { buildNpmPackage } from '../../infra/toolchain/npmPackage.ts';

const PINNED_NODE = 'infra/toolchain/node';

const versions = z.record(z.string(), z.string());
const manifest = z
  .looseObject({ devDependencies: versions, workspaces: z.tuple([z.literal(PINNED_NODE)]) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { optionalDependencies: pinnedNode } = z
  .object({ optionalDependencies: versions })
  .parse(JSON.parse(readFileSync(`${PINNED_NODE}/package.json`, 'utf8')));

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

const all = { ...manifest.devDependencies, ...pinnedNode };

test('users of the package install nothing else', () => {
  expect(Object.keys(manifest).filter((it) => /^(?:bundled?|optional)?dependencies$/i.test(it))).toEqual([]);
});

test('every dependency is pinned to one version, which is the one in the lock file', () => {
  expect(Object.keys(all).length).toBeGreaterThan(40);
  for (const [name, wanted] of Object.entries(all)) {
    // An alias gives another version of a package a name of its own: npm:@azure/communication-sms@1.2.0-beta.4
    const version = wanted.replace(/^npm:(?:@[\w-]+\/)?[\w.-]+@/, '');
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test('the lock file has a hash of each package, so that none can be replaced', () => {
  const packages = Object.entries(lock.packages).filter(
    ([path, { link }]) => path !== '' && path !== PINNED_NODE && !link,
  );
  expect(packages.length).toBeGreaterThan(200);
  expect(packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
});

/** The packages that our own sources import, of those that are bundled. */
function importedPackages(builds: readonly Metafile[]): readonly string[] {
  const inputs = builds.flatMap(({ inputs }) => Object.entries(inputs));
  const imported = inputs.filter(([file]) => !file.includes('node_modules/')).flatMap(([, { imports }]) => imports);
  const names = imported.map(({ path }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

const [, runtime = '', packageOnly = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split(
  /^## Runtime dependencies$|^### In the npm package only$/m,
);

function expectExplained(section: string, names: readonly string[]): void {
  const rows = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  const listed = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  const matches = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  expect(names.filter((name) => !listed.some((it) => matches(it, name)))).toEqual([]);
  expect(listed.filter((it) => !names.some((name) => matches(it, name)))).toEqual([]);
  for (const [, , why = ''] of rows) expect(why.length).toBeGreaterThan(10);
}

test('CONTRIBUTING.md says why there is each dependency that is bundled, and lists no other', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-dependencies-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const deployed = importedPackages(
    await Promise.all([buildFunctions(join(directory, 'app')), buildDocs(join(directory, 'docs'))]),
  );
  const published = importedPackages(await buildNpmPackage(join(directory, 'dist')));
  expect(deployed.length).toBeGreaterThan(15);
  expectExplained(runtime, deployed);
  expectExplained(
    packageOnly,
    published.filter((name) => !deployed.includes(name)),
  );
});

test('package.json asks for the Node that the exports are bundled for', () => {
  const [, oldest] = /OLDEST_NODE = 'node([\d.]+)'/.exec(readFileSync('infra/toolchain/npmPackage.ts', 'utf8')) ?? [];
  const { engines } = z.object({ engines: versions }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  expect(engines).toEqual({ node: `>=${oldest}` });
});
