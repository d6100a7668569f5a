// Starts every npm script: `node infra/toolchain/run.mjs <entry> [args…]`.
// Installs missing packages in the versions that package.json pins, then runs the entry on the pinned Node 24.
// Plain JavaScript without dependencies, because it runs before anything is installed (Node >= 20).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithParentFlags, onParentGone } from './parentWatch.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const runtimePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const modules = join(root, 'node_modules');

/** The pinned packages that are not installed in their pinned version. */
function missingPackages() {
  const { devDependencies } = readManifest(root);
  // A workspace: the package that users install must not bring a Node.
  const runtime = readManifest(join(root, 'infra/toolchain/node')).optionalDependencies[runtimePackage];
  const wanted = runtime ? { ...devDependencies, [runtimePackage]: runtime } : devDependencies;
  const isMissing = ([name, version]) => readManifest(join(modules, name))?.version !== withoutAlias(version);
  return Object.entries(wanted).filter(isMissing);
}

/** `npm:@azure/communication-sms@1.2.0-beta.4` → `1.2.0-beta.4`: a version under a name of its own. */
function withoutAlias(version) {
  return version.startsWith('npm:') ? version.slice(version.lastIndexOf('@') + 1) : version;
}

function readManifest(directory) {
  const file = join(directory, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

async function install(missing) {
  console.error(`Installing ${missing.length} missing package(s) with npm …`);
  // Not `npm ci`, which refuses a lockfile without the optional packages of other platforms. The versions are those of the
  // lockfile in any case. Engine warnings would be about the machine's own Node, which only runs npm.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const npmFlags = ['install', '--no-save', '--include=dev', '--include=optional', '--ignore-scripts', ...quiet];
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, ...npmFlags]] : ['npm', npmFlags];
  // npm's standard output is redirected to our standard error: `npm start -- --json` must print one JSON line only.
  const shell = !npm && process.platform === 'win32';
  const code = await runToEnd(command, [...args], { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (isEnding) process.exit(code);
  if (code !== 0) fail('npm install failed (see above). Check the network and the npm registry, then try again.');
}

const [major, minor] = process.versions.node.split('.').map(Number);
const canRunTypeScript = major > 22 || (major === 22 && minor >= 18);

/** Path of the pinned Node, or of this process's own if the registry has no pinned one for the platform. */
function runtimeBinary() {
  const binary = join(modules, runtimePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  if (canRunTypeScript) return process.execPath;
  return fail(
    `No pinned Node for ${process.platform}-${process.arch}, and this is Node ${process.version}: install Node 24 (22.18 or later works too).`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The process that is running: npm's installation, then the entry. */
let child;
let isEnding = false;

/** @returns the exit code as a shell reports it: 128 + n after signal n */
async function runToEnd(command, args, options) {
  child = spawn(command, args, options);
  const [code, signal] = await once(child, 'exit').catch((error) => fail(`Cannot start ${command}: ${error.message}`));
  return code ?? 128 + constants.signals[signal];
}

/** `npm start` stops within 10 s; a process that takes longer hangs. */
const PATIENCE_MILLISECONDS = 12_000;

/** Passes a signal on. The terminal sends Ctrl-C to the child as well, which must expect it twice. */
function end(signal) {
  isEnding = true;
  if (!child) process.exit(128 + constants.signals[signal]);
  child.kill(signal);
  if (signal !== 'SIGINT') setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLISECONDS).unref();
}

function endWithoutParent() {
  // Windows has no signals: there, the child ends because its channel closes.
  if (process.platform === 'win32' && child?.connected) child.disconnect();
  else end('SIGTERM');
}

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail('usage: node infra/toolchain/run.mjs <entry> [args…]');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
onParentGone(endWithoutParent);
// Help needs no package, only a Node that runs TypeScript.
const isHelp =
  (entry === 'infra/toolchain/main.ts' && args[0] === 'help') || args.includes('--help') || args.includes('-h');
const missing = isHelp && canRunTypeScript ? [] : missingPackages();
if (missing.length > 0) await install(missing);
const flags = ['--disable-warning=ExperimentalWarning', ...endWithParentFlags()];
const options = { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: root };
process.exit(await runToEnd(runtimeBinary(), [...flags, join(root, entry), ...args], options));
