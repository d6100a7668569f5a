// Writes the SBOM (CycloneDX) of the deployment package, and the licenses of the packages bundled into it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const GENERATOR = 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';

/** The directory of the package that a file is from. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Finds the package of a file. Some packages have a second package.json in a subfolder, which names no license. */
function unit(file: string): string {
  const [directory] = PACKAGE.exec(file) ?? [];
  return directory ? `${directory}/package.json` : file;
}

/** The files contained in the outputs of builds, by package; without files of which tree shaking left nothing. */
export function bundled(builds: readonly Metafile[]): Metafile {
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
 * Writes the SBOM. The same sources produce the same bytes.
 *
 * @throws Error if the result does not match the schema of CycloneDX
 */
export function writeSbom(metafile: Metafile, file: string): void {
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

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)|\.license\.txt$/i;

/** Name, version, license and license wording of every package from which something is bundled. */
export function thirdPartyLicenses(metafile: Metafile): string {
  const sections = packageDirectories(metafile).map((directory) => {
    const { name, version, license } = manifest.parse(
      JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
    );
    const files = readdirSync(directory).filter((file) => LICENSE_FILE.test(file));
    const licenses = files.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...licenses].join('\n\n');
  });
  return `${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
