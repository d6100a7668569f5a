import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps a second start out of the same data folder. What a killed start left behind does not count.
 *
 * @returns what releases the folder
 * @throws Error when a start that is still alive holds it
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'start.pid');
  const holder = readPid(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new Error(
      `'npm start' is running already (process ${holder}). For a second one: npm start -- --ephemeral --ports auto\n` +
        `If that process is another program, delete ${file}.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined; // no lock was left
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
