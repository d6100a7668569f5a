import { onParentGone } from '../../toolchain/parentWatch.mjs';

/** One Ctrl-C may arrive several times: from the terminal, from npm and from the launcher, which pass it on. */
const SAME_SIGNAL_MILLISECONDS = 1000;

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when the parent process is gone.
 *
 * @param force called when a later Ctrl-C asks to wait no longer
 */
export function stopRequest(force: () => void): Promise<void> {
  return new Promise((resolve) => {
    let askedOn: number | undefined;
    const ask = (signal?: NodeJS.Signals) => {
      const again = askedOn !== undefined && Date.now() - askedOn > SAME_SIGNAL_MILLISECONDS;
      if (again && signal === 'SIGINT') force();
      askedOn ??= Date.now();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    onParentGone(ask);
  });
}
