import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Those that run: one that has ended may stay in the table until its parent asks how. */
function processes(): Row[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined || state?.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** A process's children and theirs, at any depth; the process itself stands first where it is wanted. */
export function descendantsOf(pid: number, { itself = false }: { readonly itself?: boolean } = {}): readonly Row[] {
  const all = processes();
  const found: Row[] = itself ? all.filter((row) => row.pid === pid) : [];
  for (let parents = [pid]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

export function isRunning(pid: number): boolean {
  return processes().some((row) => row.pid === pid);
}

/** A port of this machine that is taken until `free` is called. */
export async function takenPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    free: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * A port that refuses connections. It is the local end of a connection that stays open as long as this process, so that
 * no parallel test is given the port.
 */
export async function closedPort(): Promise<number> {
  const server = createServer((socket) => socket.unref()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  server.unref();
  socket.unref();
  return socket.localPort ?? 0;
}

/** Whether anybody listens on a port of this machine. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

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
