import type { OwnStack } from '../../setup/ownStack.ts';
import { phoneNumbers } from '../batch/requests.ts';
import { startSingles } from '../batch/singles.ts';
import { withoutFunctions } from '../batch/stack.ts';
import { median } from '../statistics.ts';
import type { Contender, Session } from './contender.ts';
import { type Duration, runToEnd } from './run.ts';
import { SWITCHBOARD } from './switchboard.ts';

const ROUNDS = 3;
const RECIPIENTS = 20_000;
const PER_CALL = 100;
const WARM_UP_RECIPIENTS = 2000;

/** One job per recipient, as people usually write it. */
const SINGLE_RECIPIENTS = 2000;
const WARM_UP_SINGLE_RECIPIENTS = 200;

export interface Rates {
  readonly recipientsPerSecond: number;
  readonly acceptMilliseconds: number;
  /** With one job per recipient. Undefined for Switchboard's batches, which have no such form. */
  readonly singlesPerSecond: number | undefined;
}

/** Medians of a few rounds, all contenders in turns. */
export async function measureRates(
  stack: OwnStack,
  contenders: readonly Contender[],
): Promise<ReadonlyMap<Contender, Rates>> {
  const sessions: [Contender, Session][] = [];
  try {
    for (const contender of contenders) sessions.push([contender, await contender.open(stack)]);
    const rounds = new Map(
      contenders.map((contender) => [contender, { batch: [] as Duration[], singles: [] as number[] }]),
    );
    for (let round = 0; round <= ROUNDS; round += 1) {
      const isWarmUp = round === 0;
      printRound(round);
      for (const [contender, session] of sessions) {
        const measured = await measureOnce(stack, contender, session, isWarmUp);
        if (isWarmUp) continue;
        rounds.get(contender)?.batch.push(measured.batch);
        if (measured.singles !== undefined) rounds.get(contender)?.singles.push(measured.singles);
      }
    }
    return new Map([...rounds].map(([contender, { batch, singles }]) => [contender, ratesOf(batch, singles)]));
  } finally {
    for (const [, session] of sessions) await session.close();
  }
}

function printRound(round: number): void {
  console.error(round === 0 ? 'warm-up …' : `round ${round} of ${ROUNDS} …`);
}

async function measureOnce(
  stack: OwnStack,
  contender: Contender,
  session: Session,
  isWarmUp: boolean,
): Promise<{ readonly batch: Duration; readonly singles: number | undefined }> {
  const recipients = phoneNumbers(isWarmUp ? WARM_UP_RECIPIENTS : RECIPIENTS);
  const batch = () => runToEnd(stack, session, recipients, { perCall: PER_CALL });
  if (contender === SWITCHBOARD) return { batch: await batch(), singles: undefined };
  return withoutFunctions(stack, async () => {
    const single = recipients.slice(0, isWarmUp ? WARM_UP_SINGLE_RECIPIENTS : SINGLE_RECIPIENTS);
    const measured = await batch();
    const { totalMilliseconds } = await runToEnd(stack, session, single, { perCall: 1 });
    return { batch: measured, singles: perSecond(single.length, totalMilliseconds) };
  });
}

function ratesOf(batch: readonly Duration[], singles: readonly number[]): Rates {
  return {
    recipientsPerSecond: perSecond(RECIPIENTS, median(batch.map((it) => it.totalMilliseconds))),
    acceptMilliseconds: median(batch.map((it) => it.acceptMilliseconds)),
    singlesPerSecond: singles.length > 0 ? median(singles) : undefined,
  };
}

function perSecond(recipients: number, milliseconds: number): number {
  return (recipients * 1000) / milliseconds;
}

/** The obvious design on Azure: a queue message and a call of ACS for each recipient, in the same functions host. */
export async function measureAzureSingles(stack: OwnStack): Promise<number> {
  const singles = await startSingles(stack);
  try {
    return await withoutFunctions(stack, async () => {
      await singles.send(WARM_UP_SINGLE_RECIPIENTS);
      return singles.send(SINGLE_RECIPIENTS / 2); // Azurite slows down with the length of a queue
    });
  } finally {
    await singles.stop();
  }
}
