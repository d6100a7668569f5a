import type { Context } from '../context.ts';
import { refusal, ServiceError } from '../http/errors.ts';
import { type Fields, pascal, type Refuse } from '../http/fields.ts';
import { type Call, readJson } from '../http/route.ts';
import { senderKind } from './senders.ts';

const MAXIMUM_RECIPIENTS = 100;
const MAXIMUM_MESSAGE_CHARACTERS = 2048;

/** The first version that answers validation errors with problem+json. */
const PROBLEM_JSON_VERSION = '2026-01-23';

export interface Recipient {
  readonly to: string;
  readonly repeatabilityRequestId: string | undefined;
  readonly repeatabilityFirstSent: string | undefined;
}

export interface SendRequest {
  readonly from: string;
  readonly recipients: readonly Recipient[];
  readonly message: string;
  readonly options: Readonly<Record<string, unknown>> | undefined;
}

/** Validation errors of the SMS service: a bare ModelState object, and problem+json since 2026-01-23. */
export function smsRefusal(apiVersion: string): Refuse {
  return (field, message) => {
    const errors = { [pascal(field)]: [message] };
    if (apiVersion < PROBLEM_JSON_VERSION) return new ServiceError(400, 'BadRequest', message, { body: errors });
    const title = 'One or more validation errors occurred.';
    const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.1';
    return new ServiceError(400, 'BadRequest', message, {
      body: { type, title, status: 400, errors },
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    });
  };
}

/** @throws ServiceError 400 in the version's form, or 401 `Unauthorized` for a sender of another resource */
export function readSendRequest(call: Call, emulator: Context): SendRequest {
  const body = readJson(call, smsRefusal(call.apiVersion));
  const from = body.optionalText('from') ?? '';
  if (!senderKind(from)) throw body.refuse('from', 'Invalid from phone number format.');
  const recipients = readRecipients(body);
  const message = body.text('message');
  if (message.length > MAXIMUM_MESSAGE_CHARACTERS) {
    throw body.refuse(
      'message',
      `The field Message must be a string with a maximum length of ${MAXIMUM_MESSAGE_CHARACTERS}.`,
    );
  }
  const options = readOptions(body);
  requireOwnSender(from, emulator);
  return { from, recipients, message, options };
}

function readRecipients(body: Fields): Recipient[] {
  const recipients = body.objects('smsRecipients');
  if (recipients.length < 1 || recipients.length > MAXIMUM_RECIPIENTS) {
    throw body.refuse('smsRecipients', `SmsRecipients must have 1 to ${MAXIMUM_RECIPIENTS} elements.`);
  }
  return recipients.map((recipient) => ({
    to: recipient.text('to'),
    repeatabilityRequestId: recipient.optionalText('repeatabilityRequestId'),
    repeatabilityFirstSent: recipient.optionalText('repeatabilityFirstSent'),
  }));
}

function readOptions(body: Fields): SendRequest['options'] {
  const options = body.optionalObject('smsSendOptions');
  if (!options) return undefined;
  const timeout = options.optionalInteger('deliveryReportTimeoutInSeconds');
  if (timeout !== undefined && (timeout < 60 || timeout > 43_200)) {
    throw options.refuse('deliveryReportTimeoutInSeconds', 'The value must be between 60 and 43200.');
  }
  const tag = options.optionalText('tag');
  return {
    enableDeliveryReport: options.flag('enableDeliveryReport'),
    ...(tag !== undefined && { tag }),
    ...(timeout !== undefined && { deliveryReportTimeoutInSeconds: timeout }),
  };
}

function requireOwnSender(from: string, { senders }: Context): void {
  if (senders && !senders.has(from)) throw refusal(401, 'Unauthorized', '');
}
