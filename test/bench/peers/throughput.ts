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
const MANY_RECIPIENTS = 100_000;
const PER_CALL = 100;

/** Sent right before each measurement, so that none begins with the pause of an idle reader, or with closed connections. */
const WARM_UP_RECIPIENTS = 2000;

/** One job per recipient, as people usually write it. */
const SINGLE_RECIPIENTS = 2000;

export interface Rates {
  readonly recipientsPerSecond: number;
  readonly acceptMilliseconds: number;
  /** With five times as many. */
  readonly manyPerSecond: number;
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
      contenders.map((contender): [Contender, Measurements] => [contender, { batch: [], many: [], singles: [] }]),
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      console.error(`round ${round} of ${ROUNDS} …`);
      for (const [contender, session] of sessions) {
        const measured = await measureOnce(stack, contender, session);
        for (const what of MEASURED) rounds.get(contender)?.[what].push(...measured[what]);
      }
    }
    return new Map([...rounds].map(([contender, measurements]) => [contender, ratesOf(measurements)]));
  } finally {
    for (const [, session] of sessions) await session.close();
  }
}

const MEASURED = ['batch', 'many', 'singles'] as const;

type Measurements = Record<(typeof MEASURED)[number], Duration[]>;

async function measureOnce(stack: OwnStack, contender: Contender, session: Session): Promise<Measurements> {
  const run = async (recipients: number, perCall: number) => {
    const warmUp = Math.min(recipients / 10, WARM_UP_RECIPIENTS);
    await runToEnd(stack, session, phoneNumbers(warmUp), { perCall });
    return [await runToEnd(stack, session, phoneNumbers(recipients), { perCall })];
  };
  const batches = async () => ({ batch: await run(RECIPIENTS, PER_CALL), many: await run(MANY_RECIPIENTS, PER_CALL) });
  if (contender === SWITCHBOARD) return { ...(await batches()), singles: [] };
  return withoutFunctions(stack, async () => ({ ...(await batches()), singles: await run(SINGLE_RECIPIENTS, 1) }));
}

function ratesOf({ batch, many, singles }: Measurements): Rates {
  const rateOf = (recipients: number, durations: readonly Duration[]) =>
    perSecond(recipients, median(durations.map((it) => it.totalMilliseconds)));
  return {
    recipientsPerSecond: rateOf(RECIPIENTS, batch),
    acceptMilliseconds: median(batch.map((it) => it.acceptMilliseconds)),
    manyPerSecond: rateOf(MANY_RECIPIENTS, many),
    singlesPerSecond: singles.length > 0 ? rateOf(SINGLE_RECIPIENTS, singles) : undefined,
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
      await singles.send(SINGLE_RECIPIENTS / 10);
      return singles.send(SINGLE_RECIPIENTS / 2); // Azurite slows down with the length of a queue
    });
  } finally {
    await singles.stop();
  }
}
