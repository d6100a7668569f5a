import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { onTestFinished, vi } from 'vitest';

const project = path.resolve(import.meta.dirname, '../../..');
const main = path.join(project, 'infra/local/functions-host/main.ts');

export interface AppParts {
  /** Source texts of the app's entry files, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly hostJson?: unknown;
}

/** Bundles an app as the real build does, into a folder of its own. */
export async function buildApp({ files, hostJson }: AppParts): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'functions-host-'));
  await mkdir(path.join(folder, 'src'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, 'src', name), text);
  await build({
    entryPoints: Object.keys(files).map((name) => path.join(folder, 'src', name)),
    outdir: path.join(folder, 'dist/functions'),
    chunkNames: '../chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['@azure/functions-core'],
    nodePaths: [path.join(project, 'node_modules')],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const settings = hostJson ?? { version: '2.0', extensions: { http: { routePrefix: '' } } };
  await writeFile(path.join(folder, 'host.json'), JSON.stringify(settings));
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/functions/*.js' }));
  return folder;
}

export async function removeApp(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export interface Ready {
  readonly url: string;
  readonly tlsUrl?: string;
  readonly functions: readonly string[];
}

export class HostProcess {
  readonly out: string[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #exited: Promise<unknown[]>;

  constructor(folder: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [main, '--root', folder, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], ...env },
    });
    this.#exited = once(this.child, 'close');
    this.child.once('message', (message) => this.#ready.resolve((message as { ready: Ready }).ready));
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.out.push(line));
    if (this.child.stderr) createInterface(this.child.stderr).on('line', (line) => this.errors.push(line));
  }

  async ready(): Promise<Ready> {
    const ended = this.#exited.then(([code]) => {
      throw new Error(`The host ended with ${code}:\n${this.errors.join('\n')}`);
    });
    return Promise.race([this.#ready.promise, ended]);
  }

  /** Waits for a line of the app's log, and gives it. */
  async line(pattern: RegExp, lines = this.out): Promise<string> {
    return vi.waitUntil(() => lines.find((line) => pattern.test(line)), { timeout: 30_000 });
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this.#exited;
    return code;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    this.child.kill(signal);
    return this.exitCode();
  }
}

/** Builds and starts an app for one test. */
export async function startApp(
  parts: AppParts,
  args?: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<HostProcess> {
  const folder = await buildApp(parts);
  const host = new HostProcess(folder, args, env);
  onTestFinished(async () => {
    await host.stop('SIGKILL');
    await removeApp(folder);
  });
  return host;
}
