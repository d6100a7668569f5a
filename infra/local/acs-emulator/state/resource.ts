import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The resource's own id: the first GUID in every user id. */
export async function resourceIdIn(directory: string | undefined): Promise<string> {
  const { resourceId } = await keptJson(directory, 'resource.json', async () => ({ resourceId: randomUUID() }));
  return resourceId;
}

/** The JSON value kept under a name, made on first use; without a directory it is only made. */
export async function keptJson<T>(directory: string | undefined, name: string, make: () => Promise<T>): Promise<T> {
  if (directory === undefined) return make();
  const path = join(directory, name);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const value = await make();
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return value;
}
