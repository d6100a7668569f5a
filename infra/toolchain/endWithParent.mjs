// Preloaded by `endWithParentFlags`: the program stops, as on SIGTERM, when its parent process has ended.
import { isMainThread } from 'node:worker_threads';
import { onParentGone } from './parentWatch.mjs';

const SIGTERM_EXIT_CODE = 128 + 15;

// Programs pass their flags on to their workers, which have other parents.
const parent = Number(new URL(import.meta.url).searchParams.get('parent'));
if (isMainThread && parent === process.ppid) {
  // Not a signal to itself: on Windows that would end the process at once.
  onParentGone(() => {
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(SIGTERM_EXIT_CODE);
  });
}
