import { senderKind } from '../contract/phoneNumber.ts';
import { type SendSmsRequest, type SmsSendResult, smsSendResult } from '../contract/sms.ts';
import { withoutSecrets } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { secretsOf, wireOptions } from './smsOptions.ts';

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
  const secrets = secretsOf(options);
  repeatability.assertMayStart();
  const answer = await acs.send({
    service: 'sms',
    method: 'POST',
    path: '/sms',
    body,
    repetition: 'recognised',
    senderKind: senderKind(request.from),
    ...(secrets.length > 0 ? { secrets } : {}),
  });
  return expectShape(smsSendResult, { ...answer, body: withoutKeys(answer.body, secrets) }).body;
}

/** Identify a recipient and a message. */
const IDS: readonly string[] = ['to', 'messageId'];

/** Results are stored for repetitions: an error message, or what ACS may add one day, may quote a partner's key. */
function withoutKeys(body: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0 || body === undefined) return body;
  return JSON.parse(JSON.stringify(body), (name, it: unknown) =>
    typeof it === 'string' && !IDS.includes(name) ? withoutSecrets(it, secrets) : it,
  );
}
