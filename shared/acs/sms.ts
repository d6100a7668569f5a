import { senderKind } from '../contract/phoneNumber.ts';
import { type SendSmsRequest, type SmsSendOptions, type SmsSendResult, smsSendResult } from '../contract/sms.ts';
import { invalidField } from '../contract/switchboardError.ts';
import { type AcsSession, expectShape } from './session.ts';

/** The ids by which ACS recognises a repetition. */
export interface SmsRepeatability {
  /** The UUID of the recipient at this index: the same whenever the same message is sent again. */
  readonly requestId: (index: number) => string;
  /** When it was sent for the first time. */
  readonly firstSent: Date;
  /** Throws when it is too late to start a request with these ids. */
  readonly assertMayStart: () => void;
}

/** Sends one message to 1–100 recipients. Each item of the result says by itself whether ACS took it. */
export async function sendSms(
  acs: AcsSession,
  request: SendSmsRequest,
  repeatability: SmsRepeatability,
): Promise<SmsSendResult> {
  const firstSent = repeatability.firstSent.toUTCString();
  const { smsSendOptions: options, ...rest } = request;
  const body = {
    ...rest,
    smsRecipients: request.smsRecipients.map((recipient, index) => ({
      repeatabilityRequestId: repeatability.requestId(index),
      repeatabilityFirstSent: firstSent,
      ...recipient,
    })),
    ...(options ? { smsSendOptions: wireOptions(options, acs.apiVersions.sms) } : {}),
  };
  repeatability.assertMayStart();
  const answer = await acs.send({
    service: 'sms',
    method: 'POST',
    path: '/sms',
    body,
    repetition: 'recognised',
    senderKind: senderKind(request.from),
  });
  return expectShape(smsSendResult, answer).body;
}

/** First versions of ACS that take an option. @see ACS SMS REST */
const OPTION_SINCE = [
  ['deliveryReportTimeoutInSeconds', '2024-02-05'],
  ['messagingConnect', '2025-05-29'],
] as const;

/** `enableDeliveryReport` is required on the wire; what the configured version does not know is refused, not dropped. */
function wireOptions(options: SmsSendOptions, apiVersion: string) {
  for (const [option, since] of OPTION_SINCE) {
    if (options[option] !== undefined && apiVersion < since) {
      const target = `smsSendOptions.${option}`;
      const message = `needs ACS's SMS api-version ${since} or later (setting ACS_API_VERSION_SMS, now ${apiVersion})`;
      throw invalidField(target, message);
    }
  }
  return { ...options, enableDeliveryReport: options.enableDeliveryReport ?? false };
}
