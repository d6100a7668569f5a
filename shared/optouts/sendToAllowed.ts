import type { AcsSession } from '../acs/session.ts';
import { type SmsRepeatability, sendSms } from '../acs/sms.ts';
import type { DestinationRule } from '../clients/destinations.ts';
import { numberIn, possibleNumbersIn } from '../contract/phoneNumber.ts';
import {
  DESTINATION_NOT_ALLOWED,
  LIMIT_EXCEEDED,
  OPTED_OUT,
  type SendSmsRequest,
  type SmsSendResult,
} from '../contract/sms.ts';
import type { Charge, Sending } from '../limits/meter.ts';
import type { OptOuts } from './optOuts.ts';
import { pairItems } from './pairItems.ts';

/** The rules that decide which recipients receive a client's message. */
export interface SmsRules {
  readonly optOuts: Pick<OptOuts, 'optedOut'>;
  /** Returns why the client may not send to a number; undefined if it may. */
  readonly mayReach: DestinationRule;
  /** Counts recipients against the client's limits. */
  readonly charge: (sending: Sending) => Promise<Charge>;
}

/**
 * Sends one message to those of its recipients that the client may send to and that have not opted out of the sender. The
 * result also has an item for each other recipient, in the order of the request. A recipient's ids do not depend on which
 * others are left out. Only recipients whose message ACS accepts stay counted.
 *
 * @throws SwitchboardError `ClientLimitExceeded` if the client has reached a limit; then nothing is sent
 */
export async function sendToAllowed(
  acs: AcsSession,
  rules: SmsRules,
  request: SendSmsRequest,
  repeatability: SmsRepeatability,
): Promise<SmsSendResult> {
  const { from, smsRecipients: recipients } = request;
  const numbers = recipients.map(({ to }) => numberIn(to));
  const refusals = await refusedRecipients(rules, from, recipients);
  const allowed = [...numbers.keys()].filter((index) => !refusals.has(index));
  const charge = await rules.charge({ channel: 'sms', recipients: allowed.map((index) => numbers[index] ?? '') });
  for (const position of charge.refused) refusals.set(allowed[position] ?? 0, [429, LIMIT_EXCEEDED]);
  const late = (await optedOutIn(rules, from, recipients)).filter((index) => !refusals.has(index)); // charging may take seconds
  for (const index of late) refusals.set(index, [400, OPTED_OUT]);
  await charge.refund(late.map((index) => allowed.indexOf(index)));
  const isSent = (index: number) => !refusals.has(index);
  const indexes = allowed.filter(isSent);
  const refused = (index: number) => refusalItem(recipients[index]?.to ?? '', refusals.get(index));
  if (indexes.length === 0) return { value: [...recipients.keys()].map(refused) };
  const smsRecipients = recipients.filter((_, index) => isSent(index));
  const requestId = (position: number) => repeatability.requestId(indexes[position] ?? 0);
  const result = await sendSms(acs, { ...request, smsRecipients }, { ...repeatability, requestId });
  const { paired, rest } = pairItems(smsRecipients, result.value);
  const failed = paired.flatMap((item, position) => (item && !item.successful ? [indexes[position] ?? -1] : []));
  await charge.refund(failed.map((index) => allowed.indexOf(index)));
  const items = smsRecipients.map(({ to }, position) => paired[position] ?? missingItem(to));
  const value = [...recipients.keys()].flatMap((index) => (isSent(index) ? items.splice(0, 1) : refused(index)));
  return { ...result, value: [...value, ...rest] };
}

type Refusal = readonly [httpStatusCode: number, errorMessage: string];

type Recipients = SendSmsRequest['smsRecipients'];

/** Recipients that must not receive the message, by index. */
async function refusedRecipients(rules: SmsRules, from: string, recipients: Recipients): Promise<Map<number, Refusal>> {
  const refusals = new Map<number, Refusal>();
  for (const index of await optedOutIn(rules, from, recipients)) refusals.set(index, [400, OPTED_OUT]);
  for (const [index, { to }] of recipients.entries()) {
    if (rules.mayReach(to) !== undefined) refusals.set(index, [403, DESTINATION_NOT_ALLOWED]);
  }
  return refusals;
}

/** The indexes of recipients that have opted out. */
async function optedOutIn({ optOuts }: SmsRules, from: string, recipients: Recipients): Promise<readonly number[]> {
  const readings = recipients.map(({ to }) => possibleNumbersIn(to));
  const optedOut = await optOuts.optedOut(from, readings.flat());
  return [...readings.keys()].filter((index) => readings[index]?.some((it) => optedOut.has(it)));
}

function refusalItem(
  to: string,
  [httpStatusCode, errorMessage]: Refusal = [400, OPTED_OUT],
): SmsSendResult['value'][number] {
  return { to, httpStatusCode, successful: false, errorMessage };
}

function missingItem(to: string): SmsSendResult['value'][number] {
  const errorMessage = 'ACS returned no result for this recipient: the message may have been sent.';
  return { to, httpStatusCode: 500, successful: false, errorMessage };
}
