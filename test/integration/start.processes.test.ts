import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { eventually } from '../setup/eventually.ts';
import { descendantsOf, isRunning } from '../setup/processes.ts';
import { startForTest } from '../setup/startForTest.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

function functionsPid({ dataDir }: Announcement): number {
  return Number(readFileSync(join(dataDir, 'functions.pid'), 'utf8'));
}

async function startTree() {
  const start = startForTest();
  const announcement = await start.announced;
  const children = descendantsOf(start.pid);
  const scripts = children.map(({ command }) => /\/(azurite|emulator|functions-host)\b/.exec(command)?.[1]);
  expect(scripts).toEqual(expect.arrayContaining(['azurite', 'emulator', 'functions-host']));
  return { start, announcement, children };
}

type Tree = Awaited<ReturnType<typeof startTree>>;

/** The bundler's helper notices a moment later than we do that its parent is gone. */
function allHaveEnded({ children }: Tree): Promise<true> {
  return eventually('all children have ended', () => !children.some(({ pid }) => isRunning(pid)) || undefined);
}

describe('the processes of npm start', () => {
  test('a functions process that dies is restarted every time', async () => {
    const { start, announcement } = await startTree();
    const connection = connectionOf(announcement.switchboard);
    for (let round = 1; round <= 2; round += 1) {
      const pid = functionsPid(announcement);
      process.kill(pid, 'SIGKILL');
      await eventually('the functions serve again', async () => {
        const { status } = await call(connection, { method: 'POST', target: '/identities' });
        return (status === 201 && functionsPid(announcement) !== pid) || undefined;
      });
      expect(isRunning(pid)).toBe(false);
    }
    expect(start.log.filter((line) => line.includes('starting it again'))).toHaveLength(2);
    start.signal('SIGTERM');
    expect(await start.exitCode).toBe(0);
  });

  test.each(['emulator', 'azurite'])('without its %s, the start exits with an error', async (name) => {
    const tree = await startTree();
    const victim = tree.children.find(({ command }) => command.includes(`infra/local/${name}`));
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    expect(await tree.start.exitCode).toBe(1);
    expect(tree.start.log.at(-1)).toMatch(/ended \(SIGKILL\)\.$/);
    await allHaveEnded(tree);
    expect(existsSync(tree.announcement.dataDir)).toBe(false);
  });
});
