import type { Context } from '../context.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { defineRoute, readJson } from '../http/route.ts';
import { isPhoneNumber, senderKind } from './senders.ts';
import { smsRefusal } from './sendRequest.ts';

const MAXIMUM_RECIPIENTS = 100;

/** The versions of the SMS service that have opt-outs. */
const VERSIONS = ['2024-12-10-preview', '2025-05-29-preview', '2025-08-01-preview', '2026-01-23'];

type Action = 'add' | 'remove' | 'check';

/** Declares one of the three opt-out operations, which differ in their last word only. */
export function defineOptOutRoute(action: Action): Route {
  return defineRoute({
    method: 'POST',
    path: `/sms/optouts::${action}`,
    service: 'sms',
    auth: 'accessKey',
    versions: VERSIONS,
    handle: (call, emulator) => answerOptOuts(action, call, emulator),
  });
}

function answerOptOuts(action: Action, call: Call, emulator: Context): Answer {
  const body = readJson(call, smsRefusal(call.apiVersion));
  const from = body.text('from');
  if (!senderKind(from)) throw body.refuse('from', 'Invalid from phone number format.');
  const recipients = body.objects('recipients').map((recipient) => recipient.text('to'));
  if (recipients.length < 1 || recipients.length > MAXIMUM_RECIPIENTS) {
    throw body.refuse('recipients', `Recipients must have 1 to ${MAXIMUM_RECIPIENTS} elements.`);
  }
  const valid = recipients.filter(isPhoneNumber);
  if (action !== 'check' && valid.length > 0) {
    emulator.record({ store: 'sms', type: 'optOuts', from, recipients: valid, optedOut: action === 'add' });
  }
  return { status: 200, body: { value: recipients.map((to) => answerRecipient(action, from, to, emulator)) } };
}

function answerRecipient(action: Action, from: string, to: string, { sms }: Context): object {
  if (!isPhoneNumber(to)) return { to, httpStatusCode: 400, errorMessage: 'Invalid To phone number format.' };
  const isOptedOut = action === 'check' ? { isOptedOut: sms.isOptedOut(from, to) } : {};
  return { to, httpStatusCode: 200, ...isOptedOut };
}
