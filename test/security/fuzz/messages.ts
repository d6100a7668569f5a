import { cloudEvent, emailReportData, gridEvent, receivedSmsData, smsReportData } from '../../setup/acsEvents.ts';
import type { DescribedOperation } from '../../setup/describedOperations.ts';
import { SENDER } from '../../setup/names.ts';
import type { Dice } from '../../setup/random.ts';
import type { MessageKind } from './kind.ts';
import { hostileJson } from './samples.ts';
import type { Victim } from './victim.ts';

// What someone who can write to the queues, and to nothing else, can put there.

/** The queue of an operation that takes no message without a body and parameters. */
function anyQueue(dice: Dice, { operations }: Victim): string {
  const isDemanding = ({ body, path }: DescribedOperation) => body === 'required' || path.includes('{');
  return dice.pick(operations.filter(isDemanding).flatMap(({ queue }) => queue ?? []));
}

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

/** Sources that are not a resource of ACS. */
const FOREIGN_SOURCES = [
  '/subscriptions/50ad1522-5c2c-4d9a-a6c8-67c11ecb75b8/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/b',
  '/subscriptions/50ad1522-5c2c-4d9a-a6c8-67c11ecb75b8',
  'https://evil.example',
  '',
];

/** Reports about the victim's messages, and STOP from the victim's recipient, which ACS did not send. */
function forgedEvent(dice: Dice, { ids, recipient }: Victim): string {
  const source = dice.pick(FOREIGN_SOURCES);
  const sms = smsReportData({ messageId: ids.message, from: SENDER.slice(1), to: recipient, deliveryStatus: 'Failed' });
  const stop = receivedSmsData({ from: recipient.slice(1), to: SENDER.slice(1), message: 'STOP' });
  const email = emailReportData({ messageId: ids.email });
  const event = dice.pick([
    gridEvent('smsReport', sms, { topic: source }),
    cloudEvent('smsReport', sms, { source }),
    gridEvent('receivedSms', stop, { topic: source }),
    cloudEvent('receivedSms', stop, { source }),
    gridEvent('emailReport', email, { topic: source }),
    gridEvent('smsReport', { ...sms, messageId: dice.uuid() }),
    gridEvent('smsReport', { ...sms, messageId: [ids.message] }),
    gridEvent('smsReport', sms, { eventType: 'Microsoft.Communication.Forged' }),
  ]);
  return JSON.stringify(dice.pick([event, [event, event], [[event]]]));
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
    make: (dice, it) => ({
      queue: anyQueue(dice, it),
      text: JSON.stringify({
        client: 'rival',
        bodyBlob: dice.pick([`../sms-batches/${it.ids.batch}`, '..%2fx', '/x', 'a\\..\\b', '']),
      }),
    }),
  },
  {
    name: 'hostile ids and members',
    count: 40,
    make: (dice, it) => ({
      queue: anyQueue(dice, it),
      text: JSON.stringify({
        id: dice.pick(['a\nforged log line', '\u0000', it.ids.idempotencyKey, 'x'.repeat(5000)]),
        client: dice.pick(['rival', 'a\r\nb']),
        body: dice.pick([null, [], 'text', { message: 1 }]),
        actingUser: it.ids.identity,
      }),
    }),
  },
  { name: 'forged event', count: 40, make: (dice, it) => ({ queue: 'acs-events', text: forgedEvent(dice, it) }) },
  { name: 'garbage as an event', count: 20, make: (dice) => ({ queue: 'acs-events', text: hostileJson(dice) }) },
  { name: 'garbage', count: 40, make: (dice, it) => ({ queue: anyQueue(dice, it), text: hostileJson(dice) }) },
];
