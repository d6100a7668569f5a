import type { AcsSession } from '../acs/session.ts';
import { type SmsRepeatability, sendSms } from '../acs/sms.ts';
import { numberIn } from '../contract/phonenumber.ts';
import { OPTED_OUT, type SendSmsRequest, type SmsSendResult } from '../contract/sms.ts';
import type { OptOuts } from './optouts.ts';

/**
 * Sends one message to those of its recipients who have not opted out of the sender. The others have their items in the
 * result, too, in the order of the request. Whoever has opted out, the others are sent to under the same ids.
 */
export async function sendUnlessOptedOut(
  acs: AcsSession,
  optOuts: OptOuts,
  request: SendSmsRequest,
  repeatability: SmsRepeatability,
): Promise<SmsSendResult> {
  const { from, smsRecipients: recipients } = request;
  const numbers = recipients.map(({ to }) => numberIn(to));
  const all = await optOuts.optedOut(from, numbers);
  if (all.size === 0) return sendSms(acs, request, repeatability);
  const optedOut = new Set(recipients.map(({ to }) => to).filter((to) => all.has(numberIn(to))));
  const smsRecipients = recipients.filter(({ to }) => !optedOut.has(to));
  if (smsRecipients.length === 0) return { value: recipients.map(({ to }) => refusal(to)) };
  const indexes = [...recipients.keys()].filter((index) => !optedOut.has(recipients[index]?.to ?? ''));
  const result = await sendSms(
    acs,
    { ...request, smsRecipients },
    {
      ...repeatability,
      requestId: (position) => repeatability.requestId(indexes[position] ?? 0),
    },
  );
  return { ...result, value: inOrder(recipients, optedOut, result.value) };
}

type Items = SmsSendResult['value'];

function refusal(to: string): Items[number] {
  return { to, httpStatusCode: 400, successful: false, errorMessage: OPTED_OUT };
}

/** ACS's items, each where its recipient stands in the request. */
function inOrder(recipients: SendSmsRequest['smsRecipients'], optedOut: ReadonlySet<string>, sent: Items): Items {
  const rest = [...sent];
  const value = recipients.flatMap(({ to }) => (optedOut.has(to) ? refusal(to) : rest.splice(0, 1)));
  return [...value, ...rest];
}
