import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const { href } = pathToFileURL(resolve('infra/toolchain/parentWatch.mjs'));

/** Waits for the end of its parent, and only then begins to watch it; gives up after 8 seconds. */
const LATE_CHILD = `
  const parent = Number(process.argv[1]);
  const wait = () => {
    if (process.ppid === parent || process.connected) return setTimeout(wait, 10);
    import('${href}').then(({ onParentGone }) => onParentGone(() => process.exit(0)));
  };
  wait();
  setTimeout(() => process.exit(1), 8_000);
  process.on('exit', (code) => console.log(code));
`;

/** Starts the child and dies, as npm does that is killed. */
const parentWith = (stdio: readonly string[]) => `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', ${JSON.stringify(LATE_CHILD)}, process.pid], { stdio: ${JSON.stringify(stdio)} });
  child.once('spawn', () => process.kill(process.pid, 'SIGKILL'));
`;

test.skipIf(process.platform !== 'linux').each([
  ['npm', ['ignore', 'inherit', 'inherit'], { npm_lifecycle_event: 'start' }],
  ['a parent with a channel', ['ignore', 'inherit', 'inherit', 'ipc'], {}],
])('the end of %s is noticed even if it was before the watch started', async (_, stdio, more) => {
  // A session of its own, as a terminal's: the process that adopts its orphans belongs to another one.
  const parent = spawn(process.execPath, ['-e', parentWith(stdio)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...more },
  });
  expect(await text(parent.stdout)).toBe('0\n');
});
