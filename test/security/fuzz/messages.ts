import { SENDER } from '../../setup/names.ts';
import type { Dice } from './dice.ts';
import type { MessageKind } from './kind.ts';
import { hostileJson } from './samples.ts';
import type { Victim } from './victim.ts';

// What someone who can write to the queues, and to nothing else, can put there.

/** Not those that take a message without a body. */
const QUEUES = ['send-sms', 'send-email', 'issue-access-token', 'delete-identity', 'sms-batches'];

const smsTo = (to: string) => ({ from: SENDER, smsRecipients: [{ to }], message: 'hostile' });

function forgedChunk(dice: Dice, { ids, recipient }: Victim): string {
  const message = { client: dice.pick(['shop', 'rival']), batch: ids.batch, chunk: dice.pick([-1, 0, 1, 10 ** 9]) };
  const recipients = dice.pick([[[recipient, 'FORGED']], [recipient]]);
  return JSON.stringify(
    dice.pick([
      { ...message, recipients },
      { ...message, mac: dice.base64(32) },
      { ...message, recipients, mac: dice.base64(32) },
      { client: message.client, batch: message.batch },
    ]),
  );
}

export const MESSAGES: readonly MessageKind[] = [
  {
    name: 'forged internal message',
    count: 60,
    make: (dice, it) => ({ queue: dice.pick(['sms-chunks', 'sms-batch-splits']), text: forgedChunk(dice, it) }),
  },
  {
    name: 'garbage on an internal queue',
    count: 20,
    make: (dice) => ({ queue: dice.pick(['sms-chunks', 'sms-batch-splits']), text: hostileJson(dice) }),
  },
  {
    name: 'a client without the right, or none of that name',
    count: 40,
    make: (dice, { recipient }) => ({
      queue: 'send-sms',
      text: JSON.stringify({ client: dice.pick(['narrow', 'nobody', 'SHOP', 'shop ', '']), body: smsTo(recipient) }),
    }),
  },
  {
    name: "another container's blob as a body",
    count: 20,
    make: (dice, { ids }) => ({
      queue: dice.pick(QUEUES),
      text: JSON.stringify({
        client: 'rival',
        bodyBlob: dice.pick([`../sms-batches/${ids.batch}`, '..%2fx', '/x', 'a\\..\\b', '']),
      }),
    }),
  },
  {
    name: 'hostile ids and members',
    count: 40,
    make: (dice, { ids }) => ({
      queue: dice.pick(QUEUES),
      text: JSON.stringify({
        id: dice.pick(['a\nforged log line', '\u0000', ids.idempotencyKey, 'x'.repeat(5000)]),
        client: dice.pick(['rival', 'a\r\nb']),
        body: dice.pick([null, [], 'text', { message: 1 }]),
        actingUser: ids.identity,
      }),
    }),
  },
  { name: 'garbage', count: 40, make: (dice) => ({ queue: dice.pick(QUEUES), text: hostileJson(dice) }) },
];
