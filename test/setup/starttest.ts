import { onTestFinished } from 'vitest';
import { type StartOptions, type StartProcess, spawnStart } from './ownstack.ts';

/** A start that ends with its test, however that goes. */
export function startForTest(options: StartOptions = {}): StartProcess {
  const start = spawnStart(options);
  onTestFinished(async () => {
    start.signal('SIGTERM');
    await start.exitCode;
  });
  return start;
}
