import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

// The SBOM of a bundled package, and the licenses of everything in it.

export const SBOM = 'sbom.cdx.json';
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

/**
 * Writes the SBOM and the licenses of everything that some builds contain.
 *
 * @throws Error if the SBOM does not match the schema of CycloneDX
 */
export function describeContents(builds: readonly Metafile[], directory: string): void {
  const metafile = bundled(builds);
  mkdirSync(directory, { recursive: true });
  writeSbom(metafile, join(directory, SBOM));
  writeFileSync(join(directory, LICENSES), thirdPartyLicenses(metafile));
}

const GENERATOR = 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';

/** The directory of the package that a file belongs to. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Represents each file by its package: some packages contain a second package.json, which names no license. */
function unit(file: string): string {
  const [directory] = PACKAGE.exec(file) ?? [];
  return directory ? `${directory}/package.json` : file;
}

/** esbuild's name of a source that is no file: the start of the functions, which belongs to no package. */
const GENERATED = '<stdin>';

/** The contents of the outputs of some builds, by package. Files of which an output contains nothing are left out. */
function bundled(builds: readonly Metafile[]): Metafile {
  const inputs: Metafile['inputs'] = {};
  for (const [file, input] of builds.flatMap((build) => Object.entries(build.inputs))) {
    const imports = input.imports.map((it) => ({ ...it, path: unit(it.path) }));
    inputs[unit(file)] = { ...input, imports: [...(inputs[unit(file)]?.imports ?? []), ...imports] };
  }
  const outputs = builds.flatMap((build) =>
    Object.entries(build.outputs).map(([file, output]) => {
      const left = Object.entries(output.inputs).filter(
        ([it, { bytesInOutput }]) => bytesInOutput > 0 && it !== GENERATED,
      );
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
