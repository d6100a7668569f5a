/** Redis and PostgreSQL for a bench: own processes on free ports with empty, temporary data folders. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from '../../setup/eventually.ts';
import { isOpen, takenPort } from '../../setup/processes.ts';

export interface Server {
  readonly port: number;
  /** Such as `7.0.15`. */
  readonly version: string;
  stop(): Promise<void>;
}

/** When Redis has a write on disk: before it answers, or within a second. */
export type Fsync = 'always' | 'everysec';

/** @returns undefined if it is not installed */
export async function startRedis(fsync: Fsync): Promise<Server | undefined> {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  const folder = temporaryFolder();
  const port = await freePort();
  const persistence = ['--appendonly', 'yes', '--appendfsync', fsync, '--save', ''];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...persistence];
  const child = spawn(program, args, { stdio: 'ignore' });
  return serve(child, { port, folder, version: versionOf(program), stopSignal: 'SIGTERM' });
}

/** Databases of the server have the owner `bench`, without a password. @returns undefined if it is not installed */
export async function startPostgres(): Promise<Server | undefined> {
  const program = findPostgres('postgres');
  if (program === undefined) return undefined;
  const folder = temporaryFolder();
  const user = unprivilegedUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const initdb = join(program, '../initdb');
  const options = ['-D', folder, '-U', 'bench', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  execFileSync(initdb, options, { ...user, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  // All else has its default: fsync and synchronous_commit are on.
  const args = ['-D', folder, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
  const child = spawn(program, args, { ...user, cwd: folder, stdio: 'ignore' });
  // SIGINT disconnects clients; SIGTERM would wait for them.
  return serve(child, { port, folder, version: versionOf(program), stopSignal: 'SIGINT' });
}

/** Creates a database of its own for a peer. @returns its connection string */
export function createDatabase({ port }: Server, name: string): string {
  const program = findPostgres('createdb') ?? 'createdb';
  execFileSync(program, ['-h', '127.0.0.1', '-p', String(port), '-U', 'bench', name], { stdio: 'ignore' });
  return `postgres://bench@127.0.0.1:${port}/${name}`;
}

interface Facts {
  readonly port: number;
  readonly folder: string;
  readonly version: string;
  readonly stopSignal: NodeJS.Signals;
}

async function serve(child: ChildProcess, { port, folder, version, stopSignal }: Facts): Promise<Server> {
  const kill = () => {
    child.kill('SIGKILL');
    removeFolder(folder);
  };
  process.once('exit', kill);
  const ended = once(child, 'exit');
  await eventually(`port ${port} is open`, async () => ((await isOpen(port)) ? true : undefined));
  return {
    port,
    version,
    async stop() {
      child.kill(stopSignal);
      await ended;
      process.removeListener('exit', kill);
      removeFolder(folder);
    },
  };
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
}

/** Debian does not put the server's programs into the PATH. */
function findPostgres(name: string): string | undefined {
  return findProgram(name, globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed());
}

function findProgram(name: string, moreFolders: readonly string[] = []): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...moreFolders];
  return folders.flatMap((folder) => globSync(join(folder, name)))[0];
}

function versionOf(program: string): string {
  const output = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return /\d+(?:\.\d+)+/.exec(output)?.[0] ?? output.trim();
}

/** PostgreSQL refuses to run as root. @returns undefined if this process is not root */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const { port, free } = await takenPort();
  await free();
  return port;
}

/** A process that was just killed may still be writing. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
