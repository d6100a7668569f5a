// Ends a process with its parent, however the parent ends. Plain JavaScript without dependencies, because
// infra/toolchain/run.mjs needs it before anything is installed (Node >= 20).
import { readFileSync } from 'node:fs';

const POLL_MILLISECONDS = 500;

/** Calls `act` once the parent process has ended. Waiting does not keep this process running. */
export function onParentGone(act) {
  if (process.channel) {
    process.once('disconnect', act);
    process.channel.unref(); // the listener would keep it, and with it this process, open
    return;
  }
  // False, and not undefined, once a channel has closed: that was before this call.
  const isGone = process.connected === false ? () => true : parentCheck();
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

/** Without a channel, no system reports the end of a parent: Unix gives its children another one, Windows does nothing. */
function parentCheck() {
  const { ppid } = process;
  if (process.platform === 'win32') return () => !isAlive(ppid);
  // npm runs its scripts in a shell, which outlives a killed npm and dies of signals without passing them on: both count.
  const npm = isShellOfNpm(ppid) ? parentOf(ppid) : undefined;
  if (wasAdopted(npm ?? ppid)) return () => true;
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

/** Whether a process is the shell in which npm or npx runs us (Linux); other shells are replaced by what they run. */
function isShellOfNpm(pid) {
  const words = readProcFile(pid, 'cmdline')?.split('\0') ?? [];
  return (
    process.env.npm_lifecycle_event !== undefined &&
    words.includes('-c') &&
    /run\.mjs|\bswitchboard\b/.test(words.join(' '))
  );
}

/**
 * Whether npm ended before this process checked: then the parent is the system's reaper of orphans, which belongs to
 * another session, whereas npm starts scripts in its own.
 */
function wasAdopted(starter) {
  const session = statOf(starter)?.session;
  return process.env.npm_lifecycle_event !== undefined && session !== undefined && session !== statOf('self')?.session;
}

function parentOf(pid) {
  return statOf(pid)?.parent;
}

/** Undefined where there is no /proc. */
function statOf(pid) {
  // After the name, which is in parentheses and may contain any character: state, parent, process group, session, …
  // See proc_pid_stat(5).
  const [, parent, , session] = readProcFile(pid, 'stat')?.split(') ').at(-1)?.split(' ').map(Number) ?? [];
  return parent === undefined ? undefined : { parent, session };
}

function readProcFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // the process is gone, or the system has no /proc
  }
}
