import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import { ACS_EVENTS_QUEUE } from '../../shared/contract/acsEvent.ts';
import type { EmailOperationStatus } from '../../shared/contract/email.ts';
import { OUTCOMES_QUEUE, type OutcomeEvent } from '../../shared/contract/queueMessage.ts';
import { emailStatusOf, emailTo, postEmail } from '../setup/emails.ts';
import { emailsTo, setFaults } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { uniqueAddress } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { connectionOf } from '../setup/switchboard.ts';
import { type Victim, victimOf } from './victim.ts';

const MAILS = 24;
const KILLS = 4;

/** Answers get lost, and ACS fails now and then; the numbers share no divisor. */
const FAULTS = [
  { operation: 'sendEmail', status: 'reset', everyNth: 5, count: 3, afterEffect: true },
  { operation: 'sendEmail', status: 500, everyNth: 7, count: 2 },
  { operation: 'getEmailOperation', status: 503, everyNth: 3, count: 2 },
] as const;

/** A minute until a step is repeated, and up to half a minute until the timer runs. */
const REPETITION_SECONDS = 90;

/** A key whose operation died is free again after a minute. Each kill may hit the same email. */
const SENDING_SECONDS = REPETITION_SECONDS * (KILLS + 1);

/** A status read that ACS does not answer is not repeated at once. Each fault may hit the same email. */
const ENDING_SECONDS = REPETITION_SECONDS * (2 + 1);

let stack: OwnStack;
let victim: Victim;
let connection: Connection;
beforeAll(async () => {
  stack = await startOwnStack();
  victim = victimOf(stack);
  connection = connectionOf(stack.switchboard);
  await setFaults(stack.acs, FAULTS);
});
afterAll(() => stack.stop());

interface Sent {
  readonly to: string;
  readonly id: string;
}

/** A client that asks again, with the same key, until it is answered. */
async function send(to: string): Promise<Sent> {
  const key = crypto.randomUUID();
  const id = await eventually(
    'the mail is accepted',
    async () => {
      const { status, body } = await postEmail(connection, emailTo([to]), key);
      return status === 202 ? (body as { id: string }).id : undefined;
    },
    SENDING_SECONDS,
  );
  return { to, id };
}

/** Kills while mails are sent and while they end, each time when some more of them have got through. */
async function killAgainAndAgain(addresses: readonly string[]): Promise<void> {
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const reached = async () => {
      const arrived = await Promise.all(addresses.map((to) => emailsTo(stack.acs, to)));
      return arrived.filter((mails) => mails.length > 0).length >= (MAILS * kill) / (KILLS + 1) || undefined;
    };
    await eventually(`mails of kill ${kill} have arrived`, reached, SENDING_SECONDS);
    await victim.kill();
  }
}

const idOf = ({ data }: OutcomeEvent) => (data as { id?: string }).id;

/** All that is told, until the end of every mail is among it: the timer tells what a dead process has left untold. */
async function allOutcomes(ids: readonly string[]): Promise<OutcomeEvent[]> {
  const queues = openQueues(stack.storage);
  const outcomes: OutcomeEvent[] = [];
  const areAllTold = async () => {
    for (let left = await queues.count(OUTCOMES_QUEUE); left > 0; left -= 1) {
      outcomes.push(await queues.takeOutcome(OUTCOMES_QUEUE));
    }
    const ended = new Set(outcomes.filter(({ type }) => !type.endsWith('delivered')).map(idOf));
    return ids.every((id) => ended.has(id)) || undefined;
  };
  await eventually('the end of every mail is told', areAllTold, ENDING_SECONDS);
  return outcomes;
}

test('killing the functions at any point does not change a final status: each email is sent once and emitted once', {
  timeout: 1_500_000, // in practice 130 s
}, async () => {
  const addresses = Array.from({ length: MAILS }, uniqueAddress);
  const sending = addresses.map(async (to, index) => {
    await delay(index * 150); // so that kills meet mails in every stage
    return send(to);
  });
  const [sent] = await Promise.all([Promise.all(sending), killAgainAndAgain(addresses)]);
  const ends: EmailOperationStatus[] = [];
  for (const { id } of sent) {
    const hasEnded = async () => {
      const mail = await emailStatusOf(connection, id);
      return mail.status === 'Succeeded' ? mail : undefined;
    };
    ends.push(await eventually(`mail ${id} has ended`, hasEnded, ENDING_SECONDS));
  }
  for (const { to } of sent) expect(await emailsTo(stack.acs, to)).toHaveLength(1);
  // A killed process holds the event that it was handling for ten minutes more, as on the platform; it may be recorded.
  const queues = openQueues(stack.storage);
  const told = async () => {
    const mails = await Promise.all(sent.map(({ id }) => emailStatusOf(connection, id)));
    const delivered = mails.filter(({ deliveries = [] }) => deliveries.length > 0).length;
    return delivered + (await queues.count(ACS_EVENTS_QUEUE)) >= MAILS || undefined;
  };
  await eventually('every event is handled, or held', told, ENDING_SECONDS);
  const outcomes = await allOutcomes(sent.map(({ id }) => id));
  for (const { id } of sent) {
    const own = outcomes.filter((it) => idOf(it) === id);
    const succeeded = own.filter(({ type }) => type === 'switchboard.sendEmail.succeeded');
    expect(new Set(succeeded.map((it) => it.id)).size, `${id} is told`).toBe(1);
    expect(own.filter(({ type }) => /\.(?:failed|unknown)$/.test(type))).toEqual([]);
  }
  expect(victim.kills).toBe(KILLS);
});
