import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Core } from './core.ts';
import { StartError } from './startError.ts';

/** Loads all files of the `main` pattern one after another, like the worker, then runs the `appStart` hooks. */
export async function loadApp(core: Core, root: string): Promise<void> {
  for (const file of await entryFiles(root)) {
    try {
      await import(pathToFileURL(path.join(root, file)).href);
    } catch (error) {
      throw new StartError(`${file} could not be loaded: ${inspect(error)}`, { cause: error });
    }
  }
  if (!core.model) throw new StartError(`${root}: the app registers no function through @azure/functions.`);
  const capabilities = (await core.model.getCapabilities?.({})) ?? {};
  if (capabilities['HttpUri']) {
    throw new StartError('app.setup({ enableHttpStream: true }) is not supported by the local host.');
  }
  try {
    await core.runAppHooks('appStart', root);
  } catch (error) {
    throw new StartError(`An appStart hook failed: ${inspect(error)}`, { cause: error });
  }
  core.seal();
}

async function entryFiles(root: string): Promise<string[]> {
  const pattern = await mainPattern(root);
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) files.push(file);
  if (files.length === 0) {
    throw new StartError(`package.json: "main" (${pattern}) matches no file in ${root}. Is the app built?`);
  }
  return files.sort((a, b) => (a < b ? -1 : 1));
}

async function mainPattern(root: string): Promise<string> {
  const file = path.join(root, 'package.json');
  let main: unknown;
  try {
    main = (JSON.parse(await readFile(file, 'utf8')) as { main?: unknown }).main;
  } catch (error) {
    throw new StartError(`${file} could not be read: ${(error as Error).message}`, { cause: error });
  }
  if (typeof main !== 'string' || main === '') throw new StartError(`${file}: "main" is missing.`);
  return main;
}
