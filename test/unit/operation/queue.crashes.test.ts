/**
 * Single messages from a queue whose process dies at each of its calls to storage and ACS in turn, before the call takes
 * effect or after. The order is: claim, charge, ACS, answer, audit, outcome, deletion by the host. Up to ACS, nothing was
 * sent; between ACS and the answer, a repetition has the same ids or is in doubt; from the answer on, it is replayed.
 */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { sendEmail } from '../../../functions/email/sendEmail.ts';
import type { MemoryStorage } from '../../setup/memoryStorage.ts';
import { type Gate, gatedStorage } from '../../setup/steppedWorld.ts';
import type { SentRequest } from '../acs/fixtures.ts';
import { accepts, FROM, OPERATION } from '../functions/sms/limitedshop.ts';
import { sentBody } from '../smsbatch/fixtures.ts';
import { anyOperation, KEYS, NOW, type Rig, rig } from './fixtures.ts';

type Death = 'before' | 'after';

const SHOP = { name: 'shop', keys: [KEYS.shop], limits: { smsPerMinute: 100, emailsPerMinute: 100 } };
const VARIABLES = { CLIENTS: JSON.stringify([SHOP]) };

/** After this, the lock of a process that died has expired, and ACS still recognises its ids. */
const WITHIN_WINDOW = 61_000;
const AFTER_WINDOW = 600_000;

/** Turns of the event loop after which nothing moves any more in a process that has died. */
const TURNS = 30;

const numbers = ['+14255550123', '+14255550124', '+14255550125'];

const deliveries = (bodyTo: (to: string) => object) =>
  numbers.map((to, index) => ({
    message: { client: 'shop', ...(index === 2 ? { id: 'order-1' } : {}), body: bodyTo(to) },
    queueId: `0000000${index}-0000-4000-8000-000000000000`,
  }));

type Delivery = ReturnType<typeof deliveries>[number];

/** Lets calls through until a given one, at which the process dies. */
function mortality(dieAt: number, death: Death) {
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  let calls = 0;
  const gate: Gate = async (_name, effect) => {
    calls += 1;
    const isLast = calls === dieAt;
    if (calls > dieAt || (isLast && death === 'before')) {
      die();
      return new Promise<never>(() => undefined);
    }
    const result = await effect();
    if (!isLast) return result;
    die();
    return new Promise<never>(() => undefined);
  };
  return { died, gate };
}

async function answerOf({ body, path }: SentRequest) {
  return path.startsWith('/emails') ? { status: 202, body: { id: 'operation', status: 'Running' } } : accepts(body);
}

const asOperation = { sms: OPERATION, email: anyOperation(sendEmail) };

type Kind = keyof typeof asOperation;

const bodyTo: Readonly<Record<Kind, (to: string) => object>> = {
  sms: (to) => ({ from: FROM, smsRecipients: [{ to }], message: 'Hello' }),
  email: (to) => ({
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: `${to.slice(1)}@example.com` }] },
    content: { subject: 'Hello', plainText: 'Hello' },
  }),
};

async function deliver(process: Rig, kind: Kind, { message, queueId }: Delivery, dequeueCount: number) {
  await process.deliver(asOperation[kind], JSON.stringify(message), { id: queueId, dequeueCount });
}

/** @returns which messages were settled before the process died; undefined if it did not die */
async function firstProcess(kind: Kind, all: readonly Delivery[], dieAt: number, death: Death) {
  const { died, gate } = mortality(dieAt, death);
  const settled = new Set<Delivery>();
  const process = rig({
    variables: VARIABLES,
    acs: (request) => gate('ACS', () => answerOf(request)),
    seen: (storage) => gatedStorage(storage, gate),
  });
  const work = all.map(async (it) => {
    await deliver(process, kind, it, 1);
    settled.add(it);
  });
  const isDead = await Promise.race([died.then(() => true), Promise.all(work).then(() => false)]);
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
  return { process, settled: isDead ? settled : undefined };
}

const outcome = z.object({ id: z.string(), type: z.string(), subject: z.string() });

function outcomesOf(storage: MemoryStorage, { message, queueId }: Delivery) {
  const own = 'id' in message ? message.id : queueId;
  return storage
    .messages('outcomes')
    .map((it) => outcome.parse(it))
    .filter(({ subject }) => subject === own);
}

/** The requests to ACS that have this recipient. */
function requestsTo(to: string, ...processes: readonly Rig[]) {
  return processes.flatMap(({ sent }) => sent.filter(({ body }) => JSON.stringify(body).includes(to.slice(1))));
}

/** Runs the scenario with a death at each call; `check` gets what two processes have left. */
async function dieEverywhere(
  kind: Kind,
  later: number,
  check: (to: string, delivery: Delivery, first: Rig, second: Rig) => void,
): Promise<number> {
  let deaths = 0;
  for (const death of ['before', 'after'] as const) {
    for (let dieAt = 1; ; dieAt += 1) {
      const all = deliveries(bodyTo[kind]);
      const { process: first, settled } = await firstProcess(kind, all, dieAt, death);
      if (!settled) break;
      deaths += 1;
      const second = rig({ variables: VARIABLES, acs: answerOf, storage: first.storage });
      second.clock.date = new Date(NOW.getTime() + later);
      await Promise.all(all.filter((it) => !settled.has(it)).map((it) => deliver(second, kind, it, 2)));
      for (const [index, delivery] of all.entries()) check(numbers[index] ?? '', delivery, first, second);
    }
  }
  return deaths;
}

describe('an SMS message whose process has died at any of its calls', () => {
  test('is sent with the same ids within the window, and has one successful outcome', async () => {
    const deaths = await dieEverywhere('sms', WITHIN_WINDOW, (to, delivery, first, second) => {
      const requests = requestsTo(to, first, second).map(({ body }) => sentBody.parse(body).smsRecipients[0]);
      expect(requests.length).toBeGreaterThan(0);
      expect(new Set(requests.map((it) => it?.repeatabilityRequestId)).size).toBe(1);
      expect(new Set(requests.map((it) => it?.repeatabilityFirstSent)).size).toBe(1);
      const outcomes = outcomesOf(first.storage, delivery);
      expect(outcomes.length).toBeGreaterThan(0);
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
      expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['switchboard.sendSms.succeeded']));
    });
    expect(deaths).toBeGreaterThan(20);
  });

  test('is not sent a second time after the window, but reported in doubt', async () => {
    const deaths = await dieEverywhere('sms', AFTER_WINDOW, (to, delivery, first, second) => {
      expect(requestsTo(to, first, second).length).toBeLessThanOrEqual(1);
      const outcomes = outcomesOf(first.storage, delivery);
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
      if (requestsTo(to, second).length > 0) expect(outcomes[0]?.type).toBe('switchboard.sendSms.succeeded');
    });
    expect(deaths).toBeGreaterThan(20);
  });
});

test.each([WITHIN_WINDOW, AFTER_WINDOW])(
  'an email whose process has died at any of its calls has one id at ACS and one outcome, %i ms later',
  async (later) => {
    const deaths = await dieEverywhere('email', later, (to, delivery, first, second) => {
      const ids = requestsTo(to, first, second).map(({ headers }) => headers?.['operation-id']);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
      const accepted = outcomesOf(first.storage, delivery).filter(({ type }) => type.endsWith('.accepted'));
      expect(new Set(accepted.map(({ id }) => id)).size).toBe(1);
    });
    expect(deaths).toBeGreaterThan(20);
  },
);

test('of 200 messages that two processes handle at the same time, a limit of 10 lets exactly 10 through', async () => {
  const variables = { CLIENTS: JSON.stringify([{ ...SHOP, limits: { smsPerMinute: 10 } }]) };
  const first = rig({ variables, acs: answerOf });
  const second = rig({ variables, acs: answerOf, storage: first.storage });
  const all = Array.from({ length: 200 }, (_, index) => ({
    message: { client: 'shop', body: bodyTo.sms(`+1425555${1000 + index}`) },
    queueId: `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
  }));
  await Promise.all(all.map((it, index) => deliver(index % 2 === 0 ? first : second, 'sms', it, 1)));
  expect(first.sent.length + second.sent.length).toBe(10);
  const outcomes = first.storage.messages('outcomes').map((it) => outcome.parse(it));
  expect(new Set(outcomes.map(({ subject }) => subject)).size).toBe(10);
  expect(outcomes.map(({ type }) => type)).toEqual(Array.from({ length: 10 }, () => 'switchboard.sendSms.succeeded'));
  // The others wait on the queue until the limit has room.
  const putBack = first.storage.sent.filter(({ queue }) => queue === 'send-sms');
  expect(putBack).toHaveLength(190);
  expect(putBack.every(({ options }) => (options.delaySeconds ?? 0) > 0)).toBe(true);
});
