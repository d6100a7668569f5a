import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildDocs, buildFunctions } from '../../infra/toolchain/bundle.ts';
import { packageFunctions } from '../../infra/toolchain/deploymentPackage.ts';
import { buildNpmPackage } from '../../infra/toolchain/npmPackage.ts';

/** A package, and esbuild's account of what it contains. */
interface Package {
  readonly directory: string;
  readonly build: (directory: string) => Promise<unknown>;
  builds: readonly Metafile[];
}

const newDirectory = () => mkdtempSync(join(tmpdir(), 'switchboard-package-'));
const deployed: Package = { directory: newDirectory(), build: packageFunctions, builds: [] };
const published: Package = { directory: newDirectory(), build: buildNpmPackage, builds: [] };
const PACKAGES: readonly (readonly [string, Package])[] = [
  ['deployment package', deployed],
  ['npm package', published],
];
const other = newDirectory();
const manifest = z.record(z.string(), z.string());
const readIn = ({ directory }: Package, file: string) => readFileSync(join(directory, file), 'utf8');
const { directory } = deployed;
const read = (file: string) => readIn(deployed, file);

beforeAll(async () => {
  await packageFunctions(directory);
  deployed.builds = await Promise.all([buildFunctions(join(other, 'dist')), buildDocs(join(other, 'dist/docs'))]);
  published.builds = await buildNpmPackage(published.directory);
});
afterAll(() => {
  for (const it of [deployed.directory, published.directory, other]) rmSync(it, { recursive: true });
});

test('the deployment package is the bundle, its page, what the host reads and what it is made of, and nothing else', () => {
  const parts = new Set(
    globSync('**/*.*', { cwd: directory }).map((file) =>
      file.replace(/(?<=^dist\/(?:functions|chunks|docs)\/)[^/]+$/, '*'),
    ),
  );
  const code = ['dist/functions/*', 'dist/chunks/*', 'dist/docs/*', 'host.json', 'package.json'];
  expect(parts).toEqual(new Set([...code, 'sbom.cdx.json', 'THIRD-PARTY-LICENSES.txt']));
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

const license = z.union([
  z.object({ license: z.object({ id: z.string() }) }).transform(({ license: { id } }) => id),
  z.object({ expression: z.string() }).transform(({ expression }) => expression),
]);

const sbom = z.object({
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(
    z.object({
      group: z.string().optional(),
      name: z.string(),
      version: z.string(),
      scope: z.string().optional(),
      purl: z.string(),
      licenses: z.array(license).default([]),
    }),
  ),
});

const packageFile = z.object({ name: z.string(), version: z.string() });

/** Name and version of each dependency of which a byte is in a package, by esbuild's account. */
function bundledPackages({ builds }: Package): ReadonlySet<string> {
  const outputs = builds.flatMap((build) => Object.values(build.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  const directories = files.flatMap((file) => {
    const [name, scoped] = file.split('node_modules/').at(-1)?.split('/') ?? [];
    if (!file.includes('node_modules/')) return [];
    const root = file.slice(0, file.lastIndexOf('node_modules/'));
    return `${root}node_modules/${name?.startsWith('@') ? `${name}/${scoped}` : name}`;
  });
  return new Set(
    [...new Set(directories)].map((it) => {
      const { name, version } = packageFile.parse(JSON.parse(readFileSync(`${it}/package.json`, 'utf8')));
      return `${name}@${version}`;
    }),
  );
}

const components = (it: Package) =>
  sbom.parse(JSON.parse(readIn(it, 'sbom.cdx.json'))).components.map(({ group, name, ...it }) => ({
    ...it,
    id: `${group ? `${group}/` : ''}${name}@${it.version}`,
  }));

describe.each(PACKAGES)('the SBOM of the %s', (_, it) => {
  test('matches the schema of CycloneDX 1.6', () => {
    const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
    const schema = (name: string) => JSON.parse(readFileSync(`${schemas}/${name}.SNAPSHOT.schema.json`, 'utf8'));
    const ajv = new Ajv({ strict: false });
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    addFormats.default(ajv);
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true); // ajv-formats has no such
    const validate = ajv.compile(schema('bom-1.6'));
    validate(JSON.parse(readIn(it, 'sbom.cdx.json')));
    expect(validate.errors).toBeNull();
  });

  test('is of this version of Switchboard', () => {
    const { name, version } = packageFile.parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(sbom.parse(JSON.parse(readIn(it, 'sbom.cdx.json'))).metadata.component).toEqual({ name, version });
  });

  test('lists every package that is bundled, and no other', () => {
    expect(bundledPackages(it).size).toBeGreaterThan(20);
    expect([...bundledPackages(it)].filter((name) => /^(swagger-ui-dist|zod)@/.test(name))).toHaveLength(2);
    expect(components(it)).toHaveLength(bundledPackages(it).size);
    expect(new Set(components(it).map(({ id }) => id))).toEqual(bundledPackages(it));
    expect(new Set(components(it).map(({ scope }) => scope))).toEqual(new Set(['required']));
  });

  test('is the same for the same sources', async () => {
    const first = readIn(it, 'sbom.cdx.json');
    await it.build(it.directory);
    expect(readIn(it, 'sbom.cdx.json')).toBe(first);
  });
});

/** Licenses that ask for no more than that their text goes with the copy. Another one is to be decided on first. */
const ALLOWED_LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

/** Packages without a license text: their package.json names the license. */
const WITHOUT_TEXT = ['@nodable/entities'];

describe.each(PACKAGES)('the licenses of the %s', (_, it) => {
  test('are among those that are allowed', () => {
    for (const { id, licenses } of components(it)) {
      expect(licenses, id).toHaveLength(1);
      expect(ALLOWED_LICENSES, id).toContain(licenses[0]);
    }
  });

  test('go with the package, with their texts', () => {
    const sections = readIn(it, 'THIRD-PARTY-LICENSES.txt').split(/^-{80}$/m);
    const titles = sections.map((section) => /^(\S+) (\S+) \((.+)\)$/m.exec(section) ?? []);
    expect(new Set(titles.map(([, name, version]) => `${name}@${version}`))).toEqual(bundledPackages(it));
    const bare = titles.filter(
      (_, index) => !/copyright|licen[cs]e/i.test(sections[index]?.split('\n\n').slice(1).join() ?? ''),
    );
    expect(bare.map(([, name]) => name)).toEqual(WITHOUT_TEXT);
  });
});
