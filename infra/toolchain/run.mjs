// Every npm script starts here: `node infra/toolchain/run.mjs <entry> [args…]`.
// Installs what package.json pins and is missing, then runs the entry on the pinned Node 24.
// Plain JavaScript without dependencies, because it is what runs before anything is installed (Node >= 20).
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const runtimePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const modules = join(root, 'node_modules');

/** The pinned packages that are not installed in their pinned version. */
function missingPackages() {
  const runtime = manifest.optionalDependencies[runtimePackage];
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  if (runtime) wanted[runtimePackage] = runtime;
  return Object.entries(wanted).filter(([name, version]) => installedVersion(name) !== version);
}

function installedVersion(name) {
  const file = join(modules, name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

function install(missing) {
  console.error(`Installing ${missing.length} missing package(s) with npm …`);
  // Not `npm ci`: it refuses a lockfile that lacks the optional packages of other platforms. The versions are the lockfile's
  // all the same. Engine warnings would speak of the machine's own Node, which runs nothing but npm.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const npmFlags = ['install', '--no-save', '--include=dev', '--include=optional', '--ignore-scripts', ...quiet];
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, ...npmFlags]] : ['npm', npmFlags];
  // npm's own standard output goes to our standard error: `npm start -- --json` must print one JSON line only.
  const shell = !npm && process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (result.status !== 0)
    fail('npm install failed (see above). Check the network and the npm registry, then try again.');
}

/** The pinned runtime's binary, or this process's own where the registry carries no pinned one for the platform. */
function runtimeBinary() {
  const binary = join(modules, runtimePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `No pinned Node for ${process.platform}-${process.arch}, and this is Node ${process.version}: install Node 24 (22.18 or later works too).`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(entry, args) {
  const child = spawn(runtimeBinary(), ['--disable-warning=ExperimentalWarning', join(root, entry), ...args], {
    stdio: 'inherit',
    cwd: root,
  });
  // Ctrl-C reaches the child by itself (same terminal); a SIGTERM for npm is handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Cannot start Node: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail('usage: node infra/toolchain/run.mjs <entry> [args…]');
const missing = missingPackages();
if (missing.length > 0) install(missing);
run(entry, args);
