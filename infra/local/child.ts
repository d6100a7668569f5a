// Shared by the child processes of `npm start`: how they report that they are ready, and how they stop.

/** Reports that the process is ready: to the parent over the IPC channel or, if started by hand, on the terminal. */
export function announceReady(facts: Readonly<Record<string, unknown>>): void {
  if (process.send) process.send({ ready: facts });
  else console.log(JSON.stringify({ ready: facts }));
}

/** An orphan must exit even if its `stop` hangs. Longer than the functions host waits for running functions. */
const ORPHAN_MILLISECONDS = 8_000;

/**
 * Runs `stop` once on SIGINT, on SIGTERM or when the parent has ended, which closes the IPC channel. Then exits with 0, or
 * with 1 if `stop` failed.
 */
export function onStop(stop: (reason: NodeJS.Signals | 'parent gone') => Promise<void>): void {
  let stopping = false;
  const end = (reason: NodeJS.Signals | 'parent gone') => {
    if (reason === 'parent gone') setTimeout(() => process.exit(1), ORPHAN_MILLISECONDS).unref();
    if (stopping) return;
    stopping = true;
    stop(reason).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (!process.send) return;
  process.on('disconnect', () => end('parent gone'));
  if (!process.connected) end('parent gone'); // while this process was still starting
}
