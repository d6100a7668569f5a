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

const directory = mkdtempSync(join(tmpdir(), 'switchboard-package-'));
const other = mkdtempSync(join(tmpdir(), 'switchboard-package-'));
/** esbuild's account of what is deployed. */
let builds: readonly Metafile[];
const manifest = z.record(z.string(), z.string());
const read = (file: string) => readFileSync(join(directory, file), 'utf8');

beforeAll(async () => {
  await packageFunctions(directory);
  builds = await Promise.all([buildFunctions(join(other, 'dist')), buildDocs(join(other, 'dist/docs'))]);
});
afterAll(() => {
  for (const it of [directory, other]) rmSync(it, { recursive: true });
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

/** Name and version of each package of which a byte is in what is deployed, by esbuild's account. */
function bundledPackages(): ReadonlySet<string> {
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

const components = () =>
  sbom.parse(JSON.parse(read('sbom.cdx.json'))).components.map(({ group, name, ...it }) => ({
    ...it,
    id: `${group ? `${group}/` : ''}${name}@${it.version}`,
  }));

describe('the SBOM', () => {
  test('matches the schema of CycloneDX 1.6', () => {
    const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
    const schema = (name: string) => JSON.parse(readFileSync(`${schemas}/${name}.SNAPSHOT.schema.json`, 'utf8'));
    const ajv = new Ajv({ strict: false });
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    addFormats.default(ajv);
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true); // ajv-formats has no such
    const validate = ajv.compile(schema('bom-1.6'));
    validate(JSON.parse(read('sbom.cdx.json')));
    expect(validate.errors).toBeNull();
  });

  test('is of this version of Switchboard', () => {
    const { name, version } = packageFile.parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(sbom.parse(JSON.parse(read('sbom.cdx.json'))).metadata.component).toEqual({ name, version });
  });

  test('lists every package that is bundled, and no other', () => {
    expect(bundledPackages().size).toBeGreaterThan(20);
    expect([...bundledPackages()].filter((it) => /^(swagger-ui-dist|zod)@/.test(it))).toHaveLength(2);
    expect(components()).toHaveLength(bundledPackages().size);
    expect(new Set(components().map(({ id }) => id))).toEqual(bundledPackages());
    expect(new Set(components().map(({ scope }) => scope))).toEqual(new Set(['required']));
  });

  test('is the same for the same sources', async () => {
    const first = read('sbom.cdx.json');
    await packageFunctions(directory);
    expect(read('sbom.cdx.json')).toBe(first);
  });
});

/** Licenses that ask for no more than that their text goes with the copy. Another one is to be decided on first. */
const ALLOWED_LICENSES = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Packages without a license text: their package.json names the license. */
const WITHOUT_TEXT = ['@nodable/entities'];

describe('the licenses', () => {
  test('are among those that are allowed', () => {
    for (const { id, licenses } of components()) {
      expect(licenses, id).toHaveLength(1);
      expect(ALLOWED_LICENSES, id).toContain(licenses[0]);
    }
  });

  test('go with the package, with their texts', () => {
    const sections = read('THIRD-PARTY-LICENSES.txt').split(/^-{80}$/m);
    const titles = sections.map((it) => /^(\S+) (\S+) \((.+)\)$/m.exec(it) ?? []);
    expect(new Set(titles.map(([, name, version]) => `${name}@${version}`))).toEqual(bundledPackages());
    const bare = titles.filter(
      (_, index) => !/copyright|licen[cs]e/i.test(sections[index]?.split('\n\n').slice(1).join() ?? ''),
    );
    expect(bare.map(([, name]) => name)).toEqual(WITHOUT_TEXT);
  });
});
