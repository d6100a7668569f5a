import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
}

/** Runs one of the project's programs to its end. @param environment over this process's own */
export async function runProgram(
  file: string,
  args: readonly string[],
  { cwd, environment = {} }: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', resolve(file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const code = new Promise<number | null>((done, reject) => {
    child.once('close', done);
    child.once('error', reject);
  });
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output, log };
}
