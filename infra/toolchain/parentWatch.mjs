// Lets a process end with the one that started it, however that one ends. Plain JavaScript without dependencies, because
// infra/toolchain/run.mjs needs it before anything is installed (Node >= 20).
import { readFileSync } from 'node:fs';

const POLL_MILLISECONDS = 500;

/** Calls `act` once, when the process that started this one is gone. Waiting for it does not keep this process running. */
export function onParentGone(act) {
  if (process.channel) {
    process.once('disconnect', act);
    process.channel.unref(); // the listener would keep it, and with it this process, open
    return;
  }
  const isGone = parentCheck();
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    act();
  }, POLL_MILLISECONDS);
  timer.unref();
}

/** Flags that make a Node program end with the process that spawns it, which is this one. */
export function endWithParentFlags() {
  return ['--import', new URL(`endWithParent.mjs?parent=${process.pid}`, import.meta.url).href];
}

/** No system reports the end of a parent without a channel to it: Unix gives its children another one, Windows does nothing. */
function parentCheck() {
  const { ppid } = process;
  if (process.platform === 'win32') return () => !isAlive(ppid);
  // npm runs its scripts in a shell, which outlives a killed npm and dies of signals without passing them on: both count.
  const npm = isShellOfNpm(ppid) ? parentOf(ppid) : undefined;
  return () => process.ppid !== ppid || (npm !== undefined && parentOf(ppid) !== npm);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether a process is the shell in which npm runs our script, as on Linux; others replace the shell by the script. */
function isShellOfNpm(pid) {
  const words = readProcFile(pid, 'cmdline')?.split('\0') ?? [];
  return process.env.npm_lifecycle_event !== undefined && words.includes('-c') && /run\.mjs/.test(words.join(' '));
}

/** Undefined where there is no /proc. */
function parentOf(pid) {
  // After the name, which stands in parentheses and may hold anything: state, parent, … See proc_pid_stat(5).
  const [, parent] = readProcFile(pid, 'stat')?.split(') ').at(-1)?.split(' ') ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function readProcFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // the process is gone, or the system has no /proc
  }
}
