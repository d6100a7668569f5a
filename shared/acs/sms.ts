import { senderKind } from '../contract/phoneNumber.ts';
import { type SendSmsRequest, type SmsSendOptions, type SmsSendResult, smsSendResult } from '../contract/sms.ts';
import { invalidField } from '../contract/switchboardError.ts';
import { type AcsSession, expectShape } from './session.ts';

/** The ids by which ACS recognises a repeated request. */
export interface SmsRepeatability {
  /** The UUID of the recipient at this index, the same each time the message is sent. */
  readonly requestId: (index: number) => string;
  /** When the message was first sent. */
  readonly firstSent: Date;
  /** Throws if it is too late to start a request with these ids. */
  readonly assertMayStart: () => void;
}

/** Sends a message to 1–100 recipients. Each item of the result says whether ACS accepted it for that recipient. */
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

/** The API versions that introduced an option. @see ACS SMS REST */
const OPTION_SINCE = [
  ['deliveryReportTimeoutInSeconds', '2024-02-05'],
  ['messagingConnect', '2025-05-29'],
] as const;

/** `enableDeliveryReport` is required on the wire; options that the configured version lacks are rejected, not dropped. */
function wireOptions(options: SmsSendOptions, apiVersion: string) {
  for (const [option, since] of OPTION_SINCE) {
    if (options[option] !== undefined && apiVersion < since) {
      const target = `smsSendOptions.${option}`;
      const message = `requires ACS's SMS API version ${since} or later (setting ACS_API_VERSION_SMS, now ${apiVersion})`;
      throw invalidField(target, message);
    }
  }
  return { ...options, enableDeliveryReport: options.enableDeliveryReport ?? false };
}
