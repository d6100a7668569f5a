import { assertSupported } from '../../shared/acs/smsOptions.ts';
import { noParams } from '../../shared/contract/common.ts';
import { type SendSmsRequest, sendSmsRequest, smsSendResult } from '../../shared/contract/sms.ts';
import type { Sending } from '../../shared/limits/meter.ts';
import type { OperationContext } from '../../shared/operation/context.ts';
import { operation } from '../../shared/operation/define.ts';
import { sendToAllowed } from '../../shared/optouts/sendToAllowed.ts';

type SmsRecipient = SendSmsRequest['smsRecipients'][number];

export const sendSms = operation({
  name: 'sendSms',
  tag: 'SMS',
  summary: 'Sends an SMS message to 1–100 recipients. The response has a result for each.',
  http: { method: 'POST', route: 'sms' },
  queue: 'send-sms',
  params: noParams,
  body: { schema: sendSmsRequest },
  permissions: { sender: ({ body }) => ({ sender: body.from, target: 'from' }) },
  responses: { 202: smsSendResult },
  repeatable: 'withinWindow',
  isSending: true,
  run: async ({ body }, context) => {
    const { acs, ids, client, reference, smsReports, optOuts } = context;
    assertSupported(body.smsSendOptions, acs.apiVersions.sms);
    const { uuid: requestId, firstSent, assertMayStart } = ids;
    const repeatability = { requestId, firstSent, assertMayStart };
    const smsRecipients = await Promise.all(body.smsRecipients.map((it) => withWireId(it, context)));
    const mayReach = await context.smsDestinations(body.from);
    const rules = { optOuts, mayReach, charge: (sending: Sending) => context.charge(sending) };
    const result = await sendToAllowed(acs, rules, { ...body, smsRecipients }, repeatability);
    if (body.smsSendOptions?.enableDeliveryReport) {
      const { from, smsSendOptions } = body;
      const sending = { client, ...reference, from, tag: smsSendOptions.tag ?? '', sentOn: ids.firstSent.getTime() };
      const { trackSentSms } = await import('../../shared/smsreports/smsReports.ts');
      await trackSentSms(smsReports, sending, result);
    }
    const accepted = result.value.filter(({ successful }) => successful).length;
    const recipients = { accepted, refused: result.value.length - accepted };
    return { status: 202, body: result, effect: { recipients } };
  },
});

/** Replaces an id that the caller chose for a recipient with the id that ACS receives. */
async function withWireId(recipient: SmsRecipient, context: OperationContext): Promise<SmsRecipient> {
  const { repeatabilityRequestId: own } = recipient;
  return own === undefined ? recipient : { ...recipient, repeatabilityRequestId: await context.wireId('sms', own) };
}
