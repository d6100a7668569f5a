// `npm run package`: what Azure runs, in .package/ and nothing else: the bundle, host.json, and a package.json that installs nothing.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { buildFunctions } from './build.ts';

const manifest = z.object({ name: z.string(), version: z.string(), type: z.string(), main: z.string() });

/**
 * Makes the deployment package anew in a directory.
 *
 * Its package.json has no dependencies and no scripts, so that a platform that builds again has nothing to build.
 */
export async function packageFunctions(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  await buildFunctions(join(directory, 'dist'));
  copyFileSync('host.json', join(directory, 'host.json'));
  const { name, version, type, main } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ name, version, type, main }, undefined, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await packageFunctions('.package');
  console.log('Packaged the functions into .package/.');
}
