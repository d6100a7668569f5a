// `npm run package`: writes what Azure runs to .package/ and acs-switchboard.zip: the bundle, the page at /docs, host.json,
// a package.json that installs nothing, an SBOM and the licenses.
import { copyFileSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import * as z from 'zod';
import { buildFunctions } from './build.ts';
import { buildDocs } from './docs.ts';
import { bundled, thirdPartyLicenses, writeSbom } from './sbom.ts';

const SBOM = 'sbom.cdx.json';
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

const manifest = z.object({ name: z.string(), version: z.string(), type: z.string(), main: z.string() });

/**
 * Creates the deployment package in a directory, replacing an earlier one.
 *
 * Its package.json has no dependencies and no scripts, so that a platform that builds again has nothing to build.
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

/** The earliest time that a zip can store, so that the same sources produce the same bytes. */
const NO_TIME = new Date('1980-01-01T00:00:00');

/** The files of a directory as one zip, as `az functionapp deployment source config-zip` takes it. */
export function zipped(directory: string): Uint8Array {
  const files = globSync('**/*', { cwd: directory }).filter((file) => statSync(join(directory, file)).isFile());
  const entries = files
    .sort()
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(directory, file))] as const);
  return zipSync(Object.fromEntries(entries), { mtime: NO_TIME, level: 9 });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await packageFunctions('.package');
  const zip = zipped('.package');
  writeFileSync('acs-switchboard.zip', zip);
  copyFileSync(join('.package', SBOM), 'acs-switchboard.cdx.json');
  console.log(
    `Packaged the functions into .package/ and acs-switchboard.zip (${Math.round(zip.length / 1024)} KB), described by acs-switchboard.cdx.json.`,
  );
}
