import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OutputFile } from 'esbuild';

/** Replaces a file atomically, because another start may be loading it. */
export function writeIfChanged({ path, contents }: Pick<OutputFile, 'path' | 'contents'>): void {
  if (isSame(path, contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

function isSame(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false; // does not exist yet
  }
}
