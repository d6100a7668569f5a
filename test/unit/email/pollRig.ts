import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { createEmailContext, type EmailContext } from '../../../shared/email/emailContext.ts';
import type { EmailLimits } from '../../../shared/settings/settings.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { type FakeAnswer, fakeSession, type SentRequest } from '../acs/fixtures.ts';
import { NOW } from './arbitraries.ts';

const ENDLESS: EmailLimits = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 1e6, readsPerHour: 1e6 };

export interface Rig {
  readonly context: EmailContext;
  readonly reads: string[];
  /** Emitted outcomes: `<result> <id>`. */
  readonly emitted: readonly string[];
  mostAtATime: number;
  now: number;
}

/** The email of an outcome event, by the event's data. */
export const emailIdIn = (data: unknown) => String(Reflect.get(Object(data), 'id'));

export type Reply = (id: string) => FakeAnswer;

export const running: Reply = (id) => ({ body: { id, status: 'Running' } });
const succeeded: Reply = (id) => ({ body: { id, status: 'Succeeded' } });

/** A context with storage in memory, a clock that stands still, and ACS that answers by `reply`. */
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
  const context = createEmailContext({
    storage,
    settings: { limits: { custom: all, managed: { ...all, readsPerMinute: 2 } } },
    now: () => it.now,
    acs: () => fakeSession(acs),
  });
  const it: Rig = {
    ...{ context, reads: [], mostAtATime: 0, now: NOW },
    get emitted() {
      return storage.messages('outcomes').map((event) => {
        const { type, data } = outcomeEvent.parse(event);
        return `${type.split('.').at(-1)} ${emailIdIn(data)}`;
      });
    },
  };
  return it;
}
