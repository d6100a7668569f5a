import { BlobServiceClient } from '@azure/storage-blob';
import type { SmsBatch } from '../../shared/contract/smsBatch.ts';
import { BATCHES_CONTAINER, isOver } from '../../shared/smsbatch/batch.ts';
import { CHUNK_QUEUE, SPLIT_QUEUE, sealedChunk, sealedSplit } from '../../shared/smsbatch/send/batchQueues.ts';
import { accepted, batchOf, resultsOf, submit } from '../setup/batches.ts';
import { secretOf } from '../setup/credentials.ts';
import { allSms, faultsOf, setFaults, smsStats } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER } from '../setup/names.ts';
import { NOTHING_KEPT, type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { connectionOf, type JsonAnswer } from '../setup/switchboard.ts';
import { type Account, reckon } from './account.ts';
import { disturbances } from './disturbances.ts';
import { type Victim, victimOf } from './victim.ts';

export interface ChaosPlan {
  readonly recipients: number;
  /** Of the sender; so high that pacing does not dominate, and so low that work is under way at every kill. */
  readonly ratePerMinute: number;
  readonly killSubmission: boolean;
  /** Kills while the batch is sent, spread over its progress. */
  readonly kills: number;
  /** The share of the deliveries by which the last kill has come. */
  readonly killsUntil: number;
  /** How often each kind of disturbance strikes at most. */
  readonly strikes: number;
  readonly deadlineSeconds: number;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly account: Account;
  readonly kills: number;
  /** How often each disturbance struck, by its kind. */
  readonly struck: readonly string[];
  /** Recipients that ACS was given again, and recognised. */
  readonly recognised: number;
  /** Requests that ACS saw when every message came once more, after the end. */
  readonly lateRequests: number;
}

/** Where a batch is sent: a functions host, the ACS emulator, and the storage. */
export type Site = Pick<OwnStack, 'switchboard' | 'acs' | 'storage'>;

/** One batch through a storm: what came of it. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosResult> {
  const stack = await startOwnStack(
    { SMS_RATES_PER_MINUTE: JSON.stringify({ [SENDER]: plan.ratePerMinute }) },
    // Twice as many, so that recipients who receive a message twice take no one's place.
    { args: [...NOTHING_KEPT, '--keep-items', String(2 * plan.recipients)] },
  );
  try {
    const victim = victimOf(stack);
    await setFaults(stack.acs, disturbances(plan.strikes));
    const recipients = Array.from({ length: plan.recipients }, (_, index) => `+1425${5_550_000 + index}`);
    const { id } = await submitOnce(plan, stack, victim, recipients);
    const sending = new AbortController();
    const over = eventually(`batch ${id} is over`, watch(plan, stack, id), plan.deadlineSeconds);
    const [batch] = await Promise.all([
      over.finally(() => sending.abort()),
      killByProgress(plan, stack, victim, sending.signal),
    ]);
    const struck = await strikes(stack);
    const { repeatsSuppressed } = await smsStats(stack.acs);
    const lateRequests = await redeliver(stack, id, Math.ceil(recipients.length / 100));
    const results = await resultsOf(connectionOf(stack.switchboard), id, 'maxPageSize=10000');
    const account = reckon({ recipients, results, counts: batch.counts, delivered: await allSms(stack.acs) });
    return { account, kills: victim.kills, struck, recognised: repeatsSuppressed, lateRequests };
  } finally {
    await stack.stop();
  }
}

/** A key whose operation died is free again after a minute. */
export const SUBMISSION_SECONDS = 100;

/** The process may die while it takes the batch in; the client asks again with the same key, as clients do. */
async function submitOnce(plan: ChaosPlan, stack: OwnStack, victim: Victim, recipients: readonly string[]) {
  const ask = submission(stack, recipients);
  if (plan.killSubmission) {
    const first = ask().catch(() => undefined);
    await eventually('its recipients are written', () => hasRecipients(stack));
    await victim.kill();
    await first;
  }
  return eventually('the batch is accepted', async () => accepted(await ask()), SUBMISSION_SECONDS);
}

/** Submits with the same key each time. */
export function submission({ switchboard }: Site, recipients: readonly string[]): () => Promise<JsonAnswer> {
  const key = crypto.randomUUID();
  const body = { from: SENDER, message: 'Hello', recipients };
  return () => submit(connectionOf(switchboard), body, key);
}

async function hasRecipients({ storage = '' }: OwnStack): Promise<true | undefined> {
  const files = BlobServiceClient.fromConnectionString(storage).getContainerClient(BATCHES_CONTAINER).listBlobsFlat();
  return (await files.next()).done ? undefined : true;
}

async function killByProgress(plan: ChaosPlan, stack: OwnStack, victim: Victim, over: AbortSignal): Promise<void> {
  for (let kill = 0; kill < plan.kills; kill += 1) {
    const point = Math.max(1, Math.floor((plan.recipients * plan.killsUntil * kill) / plan.kills));
    const reached = async () => over.aborted || (await smsStats(stack.acs)).delivered >= point || undefined;
    await eventually(`${point} deliveries`, reached, plan.deadlineSeconds);
    if (over.aborted) return;
    await victim.kill();
    plan.say(`kill ${victim.kills} at ${point} deliveries`);
  }
}

/** Tells each further twentieth; answers with the batch once it is over. */
export function watch(
  { say, recipients }: Pick<ChaosPlan, 'say' | 'recipients'>,
  { switchboard }: Site,
  id: string,
): () => Promise<SmsBatch | undefined> {
  let told = -1;
  return async () => {
    const batch = await batchOf(connectionOf(switchboard), id);
    const { pending, accepted: sent, failed, inDoubt } = batch.counts;
    const twentieth = Math.floor((20 * (recipients - pending)) / recipients);
    if (twentieth > told) say(`pending ${pending}, accepted ${sent}, failed ${failed}, inDoubt ${inDoubt}`);
    told = Math.max(told, twentieth);
    return isOver(batch.state) ? batch : undefined;
  };
}

async function strikes(stack: OwnStack): Promise<string[]> {
  const counted = await faultsOf(stack.acs);
  return counted.map(({ fired, status, afterEffect }) => `${status}${afterEffect ? ' after effect' : ''} × ${fired}`);
}

/** Queues deliver a message more than once: all of them come again, as after a long time. */
export async function redeliver(stack: Site, id: string, chunkCount: number): Promise<number> {
  await setFaults(stack.acs, []);
  const queues = openQueues(stack.storage);
  const before = (await smsStats(stack.acs)).requests;
  const waiting = await queues.count(CHUNK_QUEUE);
  const secret = await secretOf(stack.storage);
  const batch = { client: 'everything', batch: id };
  await queues.put(SPLIT_QUEUE, sealedSplit(secret, batch));
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    await queues.put(CHUNK_QUEUE, sealedChunk(secret, { ...batch, chunk }));
  }
  await eventually('they are handled', async () => (await queues.count(CHUNK_QUEUE)) <= waiting || undefined);
  return (await smsStats(stack.acs)).requests - before;
}
