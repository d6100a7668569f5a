import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { DELIVERY_STATUSES, senderOf } from '../email/emailStore.ts';
import { acsError, badRequest } from '../http/serviceError.ts';
import { isPhoneNumber, senderKind } from '../sms/senders.ts';
import { DELIVERED } from '../sms/smsDeliveryReport.ts';
import { SMS_DELIVERY_STATUSES, type SmsDeliveryStatus } from '../sms/smsStore.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

const MAXIMUM_DETAILS_CHARACTERS = 1000;

/** @see "Troubleshooting response codes for SMS" */
const DEFAULT_DETAILS: Readonly<Record<SmsDeliveryStatus, string>> = {
  Delivered: DELIVERED,
  Failed: '9999: The message failed to deliver because of an unknown error.',
};

/** Set what happens after a message is sent: its delivery, and whether its recipient opted out. */
export const deliveryRoutes = inspectionRoutes({
  setSmsDelivery: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/sms/:messageId/delivery',
    summary: 'Sets the delivery state of an SMS message, and sends another event if a delivery report was asked for.',
    params: z.object({ messageId: z.string() }),
    body: z
      .strictObject({
        status: z.enum(SMS_DELIVERY_STATUSES),
        details: z
          .string()
          .max(MAXIMUM_DETAILS_CHARACTERS)
          .optional()
          .describe('`deliveryStatusDetails` of the report.'),
      })
      .meta({ examples: [{ status: 'Failed', details: '4006: The destination number is unreachable.' }] }),
    handle: ({ params, body: { status, details = DEFAULT_DETAILS[status] } }, { sms, now, events, record }) => {
      const sent = sms.findSent(params.messageId);
      if (!sent) throw acsError(404, 'NotFound', `There is no message ${params.messageId} that was sent.`);
      const at = now().getTime();
      const { request, item } = sent;
      const change = { at, changeId: randomUUID(), request, item, delivery: { status, details }, ...events.stamp(at) };
      record({ store: 'sms', type: 'deliverySet', ...change });
      return { status: 204 };
    },
  }),
  setEmailDelivery: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/emails/:id/delivery',
    summary: "Sets the delivery status of one of an email message's recipients, and sends another event.",
    params: z.object({ id: z.string() }),
    body: z
      .strictObject({ recipient: z.string(), status: z.enum(DELIVERY_STATUSES) })
      .meta({ examples: [{ recipient: 'someone@example.com', status: 'Bounced' }] }),
    handle: ({ params, body: { recipient: address, status } }, { emails, now, events, record }) => {
      const email = emails.find(params.id);
      if (!email) throw acsError(404, 'NotFound', `There is no email message ${params.id}.`);
      const recipient = address.toLowerCase();
      if (!email.addresses.includes(recipient)) throw badRequest('recipient', 'recipient: not one of this message');
      const at = now().getTime();
      const change = { at, changeId: randomUUID(), sender: senderOf(email), recipient, status, ...events.stamp(at) };
      record({ store: 'email', type: 'deliverySet', id: email.id, ...change });
      return { status: 204 };
    },
  }),
  setOptOut: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/sms/opt-outs',
    summary: "Sets whether a phone number has opted out of a sender's messages.",
    body: z
      .strictObject({
        from: z.string().refine((it) => senderKind(it) !== undefined, 'must be a sender'),
        to: z.string().refine(isPhoneNumber, 'must be a phone number'),
        isOptedOut: z.boolean(),
      })
      .meta({ examples: [{ from: '+18005550100', to: '+14255550123', isOptedOut: true }] }),
    handle: ({ body: { from, to, isOptedOut } }, { record }) => {
      record({ store: 'sms', type: 'optOuts', from, recipients: [to], optedOut: isOptedOut });
      return { status: 204 };
    },
  }),
});
