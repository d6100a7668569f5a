import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { zipSync } from 'fflate';
import * as z from 'zod';
import { buildDocs, buildFunctions } from './bundle.ts';

// What Azure runs: the bundle, the page at /docs, host.json, a package.json that installs nothing, and a description of the
// contents: an SBOM and the licenses.

const SBOM = 'sbom.cdx.json';
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

const manifest = z.object({ name: z.string(), version: z.string(), type: z.string(), main: z.string() });

/**
 * Replaces a directory by the deployment package.
 *
 * Its package.json has no dependencies and no scripts, so that a platform that runs a build has nothing to build.
 */
export async function packageFunctions(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const builds = await Promise.all([buildFunctions(join(directory, 'dist')), buildDocs(join(directory, 'dist/docs'))]);
  copyFileSync('host.json', join(directory, 'host.json'));
  const { name, version, type, main } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ name, version, type, main }, undefined, 2)}\n`);
  const metafile = bundled(builds);
  writeSbom(metafile, join(directory, SBOM));
  writeFileSync(join(directory, LICENSES), thirdPartyLicenses(metafile));
}

/** The earliest time that a zip can store: the same sources produce the same bytes. */
const NO_TIME = new Date('1980-01-01T00:00:00');

/** Zips the files of a directory for `az functionapp deployment source config-zip`. */
export function zipped(directory: string): Uint8Array {
  const files = globSync('**/*', { cwd: directory }).filter((file) => statSync(join(directory, file)).isFile());
  const entries = files
    .sort()
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(directory, file))] as const);
  return zipSync(Object.fromEntries(entries), { mtime: NO_TIME, level: 9 });
}

/** Builds the package in .package/ and as a zip, with its SBOM. @returns the size of the zip in bytes */
export async function writeDeploymentPackage(): Promise<number> {
  await packageFunctions('.package');
  const zip = zipped('.package');
  writeFileSync('acs-switchboard.zip', zip);
  copyFileSync(join('.package', SBOM), 'acs-switchboard.cdx.json');
  return zip.length;
}

const GENERATOR = 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';

/** The directory of the package that a file belongs to. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Represents each file by its package: some packages contain a second package.json, which names no license. */
function unit(file: string): string {
  const [directory] = PACKAGE.exec(file) ?? [];
  return directory ? `${directory}/package.json` : file;
}

/** The contents of the outputs of some builds, by package. Files of which an output contains nothing are left out. */
function bundled(builds: readonly Metafile[]): Metafile {
  const inputs: Metafile['inputs'] = {};
  for (const [file, input] of builds.flatMap((build) => Object.entries(build.inputs))) {
    const imports = input.imports.map((it) => ({ ...it, path: unit(it.path) }));
    inputs[unit(file)] = { ...input, imports: [...(inputs[unit(file)]?.imports ?? []), ...imports] };
  }
  const outputs = builds.flatMap((build) =>
    Object.entries(build.outputs).map(([file, output]) => {
      const left = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      return [file, { ...output, inputs: Object.fromEntries(left.map(([it, size]) => [unit(it), size])) }] as const;
    }),
  );
  return { inputs, outputs: Object.fromEntries(outputs) };
}

/**
 * Writes the SBOM in CycloneDX format. The same sources produce the same bytes.
 *
 * @throws Error if the result does not match the schema of CycloneDX
 */
function writeSbom(metafile: Metafile, file: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-sbom-'));
  try {
    const input = join(directory, 'metafile.json');
    writeFileSync(input, JSON.stringify(metafile));
    const options = ['--spec-version', '1.6', '--output-reproducible', '--validate', '--output-file', resolve(file)];
    execFileSync(process.execPath, [GENERATOR, ...options, input], { stdio: ['ignore', 'ignore', 'pipe'] });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The directories of the packages from which something is bundled. */
function packageDirectories(metafile: Metafile): readonly string[] {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const directories = files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []);
  return [...new Set(directories)].sort((a, b) => a.localeCompare(b, 'en'));
}

const bundledManifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)|\.license\.txt$/i;

/** Returns name, version, license and license files of every package from which something is bundled. */
function thirdPartyLicenses(metafile: Metafile): string {
  const sections = packageDirectories(metafile).map((directory) => {
    const { name, version, license } = bundledManifest.parse(
      JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
    );
    const files = readdirSync(directory).filter((file) => LICENSE_FILE.test(file));
    const contents = files.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...contents].join('\n\n');
  });
  return `${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
