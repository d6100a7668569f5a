import { noParams } from '../../shared/contract/common.ts';
import { type SendSmsRequest, sendSmsRequest, smsSendResult } from '../../shared/contract/sms.ts';
import { operation } from '../../shared/operation/define.ts';
import type { OperationContext } from '../../shared/operation/definition.ts';
import { sendToAllowed } from '../../shared/optouts/sendToAllowed.ts';
import { trackSentSms } from '../../shared/smsreports/smsReports.ts';

type SmsRecipient = SendSmsRequest['smsRecipients'][number];

/** Sends an SMS message to 1–100 recipients; each has its own result inside the 202. */
export const sendSms = operation({
  name: 'sendSms',
  tag: 'SMS',
  summary: 'Sends an SMS message to 1–100 recipients. The 202 has a result for each.',
  method: 'POST',
  route: 'sms',
  queue: 'send-sms',
  request: { params: noParams, body: sendSmsRequest },
  responses: { 202: smsSendResult },
  repeatable: 'withinWindow',
  isSending: true,
  sender: ({ body }) => ({ sender: body.from, target: 'from' }),
  run: async ({ body }, { acs, ids, smsReports, client, reference, wireId, ...context }) => {
    const { uuid: requestId, firstSent, assertMayStart } = ids;
    const repeatability = { requestId, firstSent, assertMayStart };
    const smsRecipients = await Promise.all(body.smsRecipients.map((it) => withWireId(it, wireId)));
    const mayReach = await context.smsDestinations(body.from);
    const rules = { optOuts: context.optOuts, charge: context.charge, mayReach };
    const result = await sendToAllowed(acs, rules, { ...body, smsRecipients }, repeatability);
    if (body.smsSendOptions?.enableDeliveryReport) {
      const { from, smsSendOptions } = body;
      const sending = { client, ...reference, from, tag: smsSendOptions.tag ?? '', sentOn: ids.firstSent.getTime() };
      await trackSentSms(smsReports, sending, result);
    }
    const accepted = result.value.filter(({ successful }) => successful).length;
    const recipients = { accepted, refused: result.value.length - accepted };
    return { status: 202, body: result, effect: { recipients } };
  },
});

/** Replaces an id that the caller chose for a recipient with the id that ACS receives. */
async function withWireId(recipient: SmsRecipient, wireId: OperationContext['wireId']): Promise<SmsRecipient> {
  const { repeatabilityRequestId: own } = recipient;
  return own === undefined ? recipient : { ...recipient, repeatabilityRequestId: await wireId('sms', own) };
}
