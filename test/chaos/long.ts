import { accepted, batchOf, resultsOf } from '../setup/batches.ts';
import { allSms, setFaults, smsStats } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER } from '../setup/names.ts';
import { Dice } from '../setup/random.ts';
import { connectionOf } from '../setup/switchboard.ts';
import { type Account, reckon } from './account.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { disturbances } from './disturbances.ts';
import { redeliver, SUBMISSION_SECONDS, submission, watch } from './run.ts';

export interface LongChaosPlan {
  readonly recipients: number;
  /** Of the sender. */
  readonly ratePerMinute: number;
  /** Over all processes, spread over the progress of the batch. */
  readonly kills: number;
  /** The share of the deliveries by which the last kill has come. */
  readonly killsUntil: number;
  /** How often each kind of disturbance strikes at most, from one death of the emulator to the next. */
  readonly strikes: number;
  /** Draws the processes that die, and when. */
  readonly seed: number;
  readonly deadlineSeconds: number;
  readonly say: (line: string) => void;
}

export interface LongChaosResult {
  readonly account: Account;
  /** How often each process was killed, by its name. */
  readonly kills: Readonly<Record<string, number>>;
  /** Messages that ACS was given again, and recognized. */
  readonly recognized: number;
  /** Requests that ACS saw when every message was put on the queue once more, after the batch was over. */
  readonly lateRequests: number;
}

/** One batch, sent by two functions hosts, while they, the storage and ACS die again and again. */
export async function runLongChaos(plan: LongChaosPlan): Promise<LongChaosResult> {
  const rates = { SMS_RATES_PER_MINUTE: JSON.stringify({ [SENDER]: plan.ratePerMinute }) };
  // Twice as many, so that recipients who receive a message twice take no one's place.
  const cluster = await startCluster(rates, 2 * plan.recipients);
  try {
    return await Promise.race([storm(plan, cluster), cluster.failed]);
  } finally {
    await cluster.stop();
  }
}

async function storm(plan: LongChaosPlan, cluster: Cluster): Promise<LongChaosResult> {
  const recipients = Array.from({ length: plan.recipients }, (_, index) => `+1425${5_000_000 + index}`);
  await setFaults(cluster.acs, disturbances(plan.strikes));
  const ask = submission(cluster, recipients);
  const { id } = await eventually('the batch is accepted', async () => accepted(await ask()), SUBMISSION_SECONDS);
  const sending = new AbortController();
  const over = eventually(`batch ${id} is over`, watch(plan, cluster, id), plan.deadlineSeconds);
  await Promise.all([over.finally(() => sending.abort()), killAll(plan, cluster, sending.signal)]);
  const processes = [...cluster.hosts, cluster.azurite, cluster.emulator];
  await Promise.all(processes.map((it) => it.ready()));
  const switchboard = connectionOf(cluster.switchboard);
  const { repeatsSuppressed } = await smsStats(cluster.acs);
  const lateRequests = await redeliver(cluster, id, Math.ceil(recipients.length / 100));
  const [batch, results] = [await batchOf(switchboard, id), await resultsOf(switchboard, id, 'maxPageSize=10000')];
  return {
    account: reckon({ recipients, results, counts: batch.counts, delivered: await allSms(cluster.acs) }),
    kills: Object.fromEntries(processes.map(({ name, kills }) => [name, kills])),
    recognized: repeatsSuppressed,
    lateRequests,
  };
}

/** A process that is drawn while it starts dies as soon as it is ready; the others do not wait for it. */
async function killAll(plan: LongChaosPlan, cluster: Cluster, over: AbortSignal): Promise<void> {
  const dice = new Dice(plan.seed);
  const processes = [...cluster.hosts, cluster.azurite, cluster.emulator];
  for (let kill = 1; kill <= plan.kills; kill += 1) {
    const progress = ((kill - 1 + dice.fraction()) / plan.kills) * plan.killsUntil;
    const point = Math.floor(plan.recipients * progress);
    const victim = dice.pick(processes);
    const reached = async () => over.aborted || (await smsStats(cluster.acs)).delivered >= point || undefined;
    await eventually(`${point} messages are sent`, reached, plan.deadlineSeconds);
    if (over.aborted) return;
    await victim.kill();
    plan.say(`kill ${kill} at ${point} messages: ${victim.name}`);
    if (victim === cluster.emulator) await disturbAgain(plan, cluster);
  }
}

/** The emulator keeps its messages, but not what it was to do to requests. */
async function disturbAgain({ strikes }: LongChaosPlan, { acs, emulator }: Cluster): Promise<void> {
  await emulator.ready();
  await setFaults(acs, disturbances(strikes));
}
