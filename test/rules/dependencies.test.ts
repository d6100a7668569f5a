import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string(), integrity: z.string().optional(), link: z.boolean().optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

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
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(packages.length).toBeGreaterThan(200);
  expect(packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
});

test('CONTRIBUTING.md says why there is each runtime dependency, and lists no other', () => {
  const page = readFileSync('CONTRIBUTING.md', 'utf8');
  const section = page.split(/^## Runtime dependencies$/m)[1] ?? '';
  const rows = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  const listed = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  const matches = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const names = Object.keys(manifest.dependencies);
  expect(names.filter((name) => !listed.some((it) => matches(it, name)))).toEqual([]);
  expect(listed.filter((it) => !names.some((name) => matches(it, name)))).toEqual([]);
  for (const [, , why = ''] of rows) expect(why.length).toBeGreaterThan(10);
});

test('package.json asks for the Node version that the app is bundled for', () => {
  const [, target] = /target: 'node(\d+)'/.exec(readFileSync('infra/toolchain/bundle.ts', 'utf8')) ?? [];
  const { engines } = z.object({ engines: versions }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  expect(engines).toEqual({ node: `>=${target}` });
});
