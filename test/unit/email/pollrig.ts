import { createEmailEngine, type EmailEngine } from '../../../shared/email/engine.ts';
import type { EmailLimits } from '../../../shared/settings/settings.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { type FakeAnswer, fakeSession, type SentRequest } from '../acs/fixtures.ts';
import { NOW } from './arbitraries.ts';

const ENDLESS: EmailLimits = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 1e6, readsPerHour: 1e6 };

export interface Rig {
  readonly engine: EmailEngine;
  readonly reads: string[];
  readonly told: string[];
  mostAtATime: number;
  now: number;
}

export type Reply = (id: string) => FakeAnswer;

export const running: Reply = (id) => ({ body: { id, status: 'Running' } });
const succeeded: Reply = (id) => ({ body: { id, status: 'Succeeded' } });

/** The engine on storage in memory, a clock that stands still, and ACS by `reply`. */
export function rig(reply: Reply = succeeded, limits: Partial<EmailLimits> = {}, storage = new MemoryStorage()): Rig {
  let atATime = 0;
  const acs = async ({ path }: SentRequest): Promise<FakeAnswer> => {
    const id = path.split('/').at(-1) ?? '';
    it.reads.push(id);
    atATime += 1;
    it.mostAtATime = Math.max(it.mostAtATime, atATime);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      return reply(id);
    } finally {
      atATime -= 1;
    }
  };
  const all = { ...ENDLESS, ...limits };
  const engine = createEmailEngine({
    storage,
    settings: { limits: { custom: all, managed: { ...all, readsPerMinute: 2 } } },
    now: () => it.now,
    acs: () => fakeSession(acs),
    tell: async ({ id }, { result }) => void it.told.push(`${result} ${id}`),
  });
  const it: Rig = { engine, reads: [], told: [], mostAtATime: 0, now: NOW };
  return it;
}
