/** One run of the timer on the real storage, with a thousand and with ten thousand emails due, as fast as ACS answers. */
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AcsSession } from '../../../shared/acs/session.ts';
import { createEmailContext, type EmailContext } from '../../../shared/email/emailContext.ts';
import { newEmail } from '../../../shared/email/merge.ts';
import { pollEmails } from '../../../shared/email/pollEmails.ts';
import { createStorage } from '../../../shared/storage/storage.ts';
import { startOwnStack } from '../../setup/ownStack.ts';
import { fakeSession } from '../../unit/acs/fixtures.ts';
import { type Figures, figure } from '../report.ts';

const FEW = 1000;
const MANY = 10_000;
const AT_A_TIME = 32;
const DAY = 86_400_000;

/** No limits, so that the run is only limited by its own time. */
const ENDLESS = { sendsPerMinute: 1e6, sendsPerHour: 1e6, readsPerMinute: 1e6, readsPerHour: 1e6 };

export async function benchPoll(): Promise<Figures> {
  const stack = await startOwnStack();
  try {
    let reads = 0;
    const session: AcsSession = fakeSession(({ path }) => {
      reads += 1;
      return { body: { id: path.split('/').at(-1), status: 'Running' } };
    });
    const context = engineOn(stack.storage ?? '', session);
    await open(context, 1);
    await timed(context); // loads the SDK; polled emails are not due again for minutes
    await open(context, FEW);
    const few = await timed(context);
    await open(context, MANY);
    reads = 0;
    const many = await timed(context);
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

function engineOn(connectionString: string, session: AcsSession): EmailContext {
  return createEmailContext({
    storage: createStorage({ kind: 'connection string', connectionString }),
    settings: { limits: { custom: ENDLESS, managed: ENDLESS } },
    now: () => Date.now(),
    acs: () => session,
  });
}

/** Emails that are due. */
async function open(context: EmailContext, count: number): Promise<void> {
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
    await Promise.all(ids.map((id) => context.emails.change(id, () => newEmail(id, owner, since))));
  }
}

async function timed(context: EmailContext) {
  let most = liveBytes();
  const watch = setInterval(() => {
    most = Math.max(most, liveBytes());
  }, 250);
  const startedAt = performance.now();
  await pollEmails(context);
  clearInterval(watch);
  return { seconds: (performance.now() - startedAt) / 1000, megabytes: most / 1024 ** 2 };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory in use after a garbage collection. */
function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
