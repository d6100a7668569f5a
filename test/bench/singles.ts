/**
 * Single messages per second from a queue, from the first one put until the last one deleted: an SMS message or an email,
 * beside the obvious design (message, request to ACS, delete), the same requests over HTTP, and a bare loop of the storage
 * calls that are left. In turns, on one storage and one ACS emulator.
 */
import { randomUUID } from 'node:crypto';
import { QueueServiceClient } from '@azure/storage-queue';
import { findConnection } from '../../infra/local/client/connection.ts';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { OUTCOMES_QUEUE } from '../../shared/contract/queueMessage.ts';
import type { OwnStack } from '../setup/ownStack.ts';
import { phoneNumbers } from './batch/requests.ts';
import { type Singles, startSingles } from './batch/singles.ts';
import { startBatchStack, withoutFunctions } from './batch/stack.ts';
import { eachWithin } from './batch/workers.ts';
import { type Figures, figure } from './report.ts';
import { bareLoop } from './singles/bareLoop.ts';
import { type Kind, requestTo } from './singles/messages.ts';
import { putAndDrain } from './singles/putAndDrain.ts';
import { median, medianRatio } from './statistics.ts';

const ROUNDS = 5;
const MESSAGES = 1000;
const WARM_UP_MESSAGES = 100;

/** As many requests at the same time as the functions host takes messages. */
const DIRECT_TOGETHER = 16;

const BUDGET = { relation: '≥', limit: 0.6 } as const;

const MEASURED = ['sms', 'email', 'obviousSms', 'obviousEmail', 'direct', 'bareSms', 'bareEmail'] as const;

type Rates = Record<(typeof MEASURED)[number], number[]>;

export async function benchSingles(): Promise<Figures> {
  const stack = await startBatchStack();
  try {
    const sms = await startSingles(stack, 'sms');
    const email = await startSingles(stack, 'email');
    try {
      return await measured(stack, { sms, email });
    } finally {
      await Promise.all([sms.stop(), email.stop()]);
    }
  } finally {
    await stack.stop();
  }
}

async function measured(stack: OwnStack, obvious: Readonly<Record<Kind, Singles>>): Promise<Figures> {
  const rates: Rates = { sms: [], email: [], obviousSms: [], obviousEmail: [], direct: [], bareSms: [], bareEmail: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const count = round === 0 ? WARM_UP_MESSAGES : MESSAGES;
    const runs: Record<keyof Rates, () => Promise<number>> = {
      sms: () => fromQueue(stack, 'sms', count),
      email: () => fromQueue(stack, 'email', count),
      obviousSms: () => withoutFunctions(stack, () => putAndDrain(obvious.sms.queue, requests('sms', count))),
      obviousEmail: () => withoutFunctions(stack, () => putAndDrain(obvious.email.queue, requests('email', count))),
      direct: () => overHttp(stack, count),
      bareSms: () => withoutFunctions(stack, () => bareLoop(stack, 'sms', count)),
      bareEmail: () => withoutFunctions(stack, () => bareLoop(stack, 'email', count)),
    };
    for (const name of MEASURED) {
      const rate = await runs[name]();
      if (round > 0) rates[name].push(rate);
    }
  }
  return {
    'singles.messages': figure(MESSAGES),
    ...Object.fromEntries(MEASURED.map((name) => [`singles.${name}PerSecond`, figure(median(rates[name]))])),
    'singles.smsShareOfObvious': figure(medianRatio(rates.sms, rates.obviousSms), BUDGET),
    'singles.emailShareOfObvious': figure(medianRatio(rates.email, rates.obviousEmail), BUDGET),
    'singles.bareSmsShareOfObvious': figure(medianRatio(rates.bareSms, rates.obviousSms)),
    'singles.bareEmailShareOfObvious': figure(medianRatio(rates.bareEmail, rates.obviousEmail)),
  };
}

const requests = (kind: Kind, count: number) => phoneNumbers(count).map((to) => requestTo(kind, to));

/** Outcomes are not read. */
async function fromQueue({ storage = '' }: OwnStack, kind: Kind, count: number): Promise<number> {
  const service = QueueServiceClient.fromConnectionString(storage);
  const outcomes = service.getQueueClient(OUTCOMES_QUEUE);
  const queue = service.getQueueClient(kind === 'sms' ? 'send-sms' : 'send-email');
  await outcomes.clearMessages();
  const messages = requests(kind, count).map((body) => ({ body }));
  const rate = await putAndDrain(queue, messages);
  const { approximateMessagesCount } = await outcomes.getProperties();
  // More, if the final status of an earlier email arrives in the meantime.
  if (Number(approximateMessagesCount) < count) throw new Error('A message had no outcome.');
  return rate;
}

async function overHttp({ client }: OwnStack, count: number): Promise<number> {
  const switchboard = findConnection(client);
  const startedAt = performance.now();
  await eachWithin(DIRECT_TOGETHER, phoneNumbers(count), async (to) => {
    const body = JSON.stringify({ ...requestTo('sms', to), message: randomUUID() }); // equal ones would be one
    const response = await signedFetch(switchboard, { method: 'POST', target: '/sms', body });
    await response.text();
    if (!response.ok) throw new Error(`POST /sms answered ${response.status}.`);
  });
  return (count * 1000) / (performance.now() - startedAt);
}
