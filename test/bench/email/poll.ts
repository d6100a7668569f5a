/** One run of the timer on the real storage, with a thousand and with ten thousand mails due, as fast as ACS answers. */
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AcsSession } from '../../../shared/acs/session.ts';
import { createEmailEngine, type EmailEngine } from '../../../shared/email/engine.ts';
import { newMail } from '../../../shared/email/merge.ts';
import { pollMails } from '../../../shared/email/poll.ts';
import { createStorage } from '../../../shared/storage/storage.ts';
import { startOwnStack } from '../../setup/ownstack.ts';
import { fakeSession } from '../../unit/acs/fixtures.ts';
import { type Figures, figure } from '../report.ts';

const FEW = 1000;
const MANY = 10_000;
const AT_A_TIME = 32;
const DAY = 86_400_000;

/** As large as it may be, so that the run is as long as it can be. */
const ENDLESS = { sendsPerMinute: 1e6, sendsPerHour: 1e6, readsPerMinute: 1e6, readsPerHour: 1e6 };

export async function benchPoll(): Promise<Figures> {
  const stack = await startOwnStack();
  try {
    let reads = 0;
    const session: AcsSession = fakeSession(({ path }) => {
      reads += 1;
      return { body: { id: path.split('/').at(-1), status: 'Running' } };
    });
    const engine = engineOn(stack.storage ?? '', session);
    await open(engine, 1);
    await timed(engine); // loads the SDK; what has been looked at is not due again for minutes
    await open(engine, FEW);
    const few = await timed(engine);
    await open(engine, MANY);
    reads = 0;
    const many = await timed(engine);
    return {
      'email.pollSeconds': figure(few.seconds),
      'email.pollManySeconds': figure(many.seconds, { relation: '≤', limit: 20 }),
      'email.pollManyReads': figure(reads),
      'email.pollManyTimesHeap': figure(many.megabytes / few.megabytes, { relation: '≤', limit: 1.2 }),
    };
  } finally {
    await stack.stop();
  }
}

function engineOn(connectionString: string, session: AcsSession): EmailEngine {
  return createEmailEngine({
    storage: createStorage({ kind: 'connection string', connectionString }),
    settings: { limits: { custom: ENDLESS, managed: ENDLESS } },
    now: () => Date.now(),
    acs: () => session,
    tell: async () => undefined,
  });
}

/** Mails that are due. */
async function open(engine: EmailEngine, count: number): Promise<void> {
  const since = Date.now() - DAY / 2;
  const owner = {
    client: 'bench',
    sender: 'news@contoso.com',
    kind: 'custom',
    subject: 'x',
    replyTo: undefined,
  } as const;
  for (let made = 0; made < count; made += AT_A_TIME) {
    const ids = Array.from({ length: Math.min(AT_A_TIME, count - made) }, () => randomUUID());
    await Promise.all(ids.map((id) => engine.mails.change(id, () => newMail(id, owner, since))));
  }
}

async function timed(engine: EmailEngine) {
  let most = liveBytes();
  const watch = setInterval(() => {
    most = Math.max(most, liveBytes());
  }, 250);
  const startedAt = performance.now();
  await pollMails(engine);
  clearInterval(watch);
  return { seconds: (performance.now() - startedAt) / 1000, megabytes: most / 1024 ** 2 };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use: garbage says how fast something runs, not what it holds. */
function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
