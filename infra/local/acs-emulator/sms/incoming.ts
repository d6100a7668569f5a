import type { Context } from '../context.ts';
import { invalidOwnRequest } from '../http/listFilter.ts';
import { type Call, readJson } from '../http/route.ts';
import { messageIdAt } from './outcomes.ts';
import { isPhoneNumber, senderKind } from './senders.ts';

/** Words by which a recipient leaves a sender's list, or comes back. @see "SMS FAQ", opt-out handling */
const OPT_OUT_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['stop', true],
  ['start', false],
  ['unstop', false],
]);

/**
 * Somebody sends an SMS to a number of the resource: it is told in an event, and ACS itself keeps the opt-outs.
 *
 * @returns the message id
 * @throws ServiceError 400
 */
export function receiveSms(call: Call, emulator: Context): string {
  const body = readJson(call, invalidOwnRequest);
  const from = body.text('from');
  const to = body.text('to');
  const message = body.text('message');
  if (!isPhoneNumber(from)) throw body.refuse('from', 'from must be a phone number.');
  if (senderKind(to) === undefined) throw body.refuse('to', 'to must be a sender of the resource.');
  const now = emulator.now();
  const at = now.getTime();
  const messageId = messageIdAt(now, 'Incoming');
  const optedOut = OPT_OUT_WORDS.get(message.trim().toLowerCase());
  if (optedOut !== undefined) {
    emulator.record({ store: 'sms', type: 'optOuts', from: to, recipients: [from], optedOut });
  }
  emulator.record({
    store: 'events',
    type: 'smsReceived',
    at,
    messageId,
    from,
    to,
    message,
    ...emulator.events.stamp(at),
  });
  return messageId;
}
