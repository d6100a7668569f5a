import { copyFileSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import * as z from 'zod';
import { buildDocs, buildFunctions } from './bundle.ts';
import { describeContents, SBOM } from './contents.ts';

// What Azure runs: the bundle, the page at /docs, host.json, a package.json that installs nothing, and a description of the
// contents: an SBOM and the licenses.

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
  describeContents(builds, directory);
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
