import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { eventually } from '../setup/eventually.ts';

/** The functions process of a stack; another one after each kill. */
export interface Victim {
  /** Ends it as a power cut would; resolves when the next one serves. */
  kill(): Promise<void>;
  readonly kills: number;
}

export function victimOf({ dataDir, switchboard }: Pick<Announcement, 'dataDir' | 'switchboard'>): Victim {
  const pidOf = () => Number(readFileSync(join(dataDir, 'functions.pid'), 'utf8'));
  let kills = 0;
  return {
    get kills() {
      return kills;
    },
    async kill() {
      const pid = pidOf();
      process.kill(pid, 'SIGKILL');
      kills += 1;
      await eventually('the functions serve again', async () => {
        if (pidOf() === pid) return undefined;
        return (await fetch(`${switchboard}/health`)).ok || undefined;
      });
    },
  };
}
