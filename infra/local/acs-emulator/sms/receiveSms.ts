import type { Context } from '../context.ts';
import { badRequest } from '../http/serviceError.ts';
import { isPhoneNumber, senderKind } from './senders.ts';
import { createMessageId } from './smsSend.ts';

/** Keywords with which a recipient opts out of a sender's messages (true) or back in. @see "SMS FAQ", opt-out handling */
const OPT_OUT_KEYWORDS: ReadonlyMap<string, boolean> = new Map([
  ['stop', true],
  ['start', false],
  ['unstop', false],
]);

export interface IncomingSms {
  readonly from: string;
  readonly to: string;
  readonly message: string;
}

/**
 * Simulates an inbound SMS to one of the resource's numbers: applies opt-out keywords, as ACS does, and emits the event.
 *
 * @returns the message id
 * @throws ServiceError 400
 */
export function receiveSms({ from, to, message }: IncomingSms, context: Context): string {
  if (!isPhoneNumber(from)) throw badRequest('from', 'from must be a phone number.');
  if (senderKind(to) === undefined) throw badRequest('to', 'to must be a sender of the resource.');
  const now = context.now();
  const at = now.getTime();
  const messageId = createMessageId(now, 'Incoming');
  const optedOut = OPT_OUT_KEYWORDS.get(message.trim().toLowerCase());
  if (optedOut !== undefined) {
    context.record({ store: 'sms', type: 'optOuts', from: to, recipients: [from], optedOut });
  }
  const stamp = context.events.stamp(at);
  context.record({ store: 'events', type: 'smsReceived', at, messageId, from, to, message, ...stamp });
  return messageId;
}
