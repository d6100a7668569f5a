import { SegmentedMessage } from 'sms-segments-calculator';
import type { SentItem, SentMessage, SentRequest, SmsDelivery, SmsDeliveryStatus } from './smsStore.ts';
import { messagingConnectForm } from './smsVersions.ts';

/** The delivery status of a message: the data of the event, and most of the response of `GET /deliveryReports/{id}`. */
export interface SmsDeliveryReport {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly deliveryStatus: SmsDeliveryStatus;
  readonly deliveryStatusDetails: string;
  readonly deliveryAttempts: readonly object[];
  readonly receivedTimestamp: string;
  readonly tag?: string;
}

/** Whether the request asked for delivery reports; otherwise none exist. */
export function hasDeliveryReport({ options }: Pick<SentRequest, 'options'>): boolean {
  return options?.enableDeliveryReport === true;
}

type Sent = Pick<SentMessage, 'request' | 'item' | 'delivery'>;

/** What was set by hand; otherwise the outcome depends on the recipient only. */
export function deliveryOf({ item, delivery }: Pick<Sent, 'item' | 'delivery'>): SmsDelivery {
  if (delivery) return delivery;
  const failure = failureOf(item);
  return { status: failure === undefined ? 'Delivered' : 'Failed', details: failure ?? DELIVERED };
}

export const DELIVERED = 'Message delivered successfully.';

export function smsDeliveryReport({ request, item, delivery }: Sent): SmsDeliveryReport {
  const { status, details } = deliveryOf({ item, ...(delivery && { delivery }) });
  const receivedTimestamp = new Date(request.at).toISOString();
  const segments = segmentCount(request.message);
  const tag = request.options?.tag;
  return {
    messageId: item.messageId,
    from: request.from,
    to: item.to,
    deliveryStatus: status,
    deliveryStatusDetails: details,
    deliveryAttempts: [
      {
        timestamp: receivedTimestamp,
        segmentsSucceeded: status === 'Delivered' ? segments : 0,
        segmentsFailed: status === 'Delivered' ? 0 : segments,
      },
    ],
    receivedTimestamp,
    ...(tag !== undefined && { tag }),
  };
}

/**
 * The id that a Messaging Connect partner gave the message. Reports have it since 2026-01-23; Event Grid's schema of the
 * event does not.
 */
export function partnerMessageId({ options }: SentRequest, item: SentItem, apiVersion: string): string | undefined {
  if (!options?.messagingConnect || messagingConnectForm(apiVersion) !== 'partnerParams') return undefined;
  return `${options.messagingConnect.partner}-${item.messageId}`;
}

/** Fails for recipients that have opted out and for numbers that end in 9999. @see "SMS FAQ", opt-out handling; code 4004 */
function failureOf({ to, optedOut }: SentItem): string | undefined {
  if (optedOut) return 'Sender blocked for given recipient.';
  return to.endsWith('9999') ? '4004: The destination number does not exist.' : undefined;
}

/** The most recent result: counting is slow, and the recipients of one message are processed in a row. */
let last = { message: '', segments: 1 };

/** Number of segments that a message is transmitted in. */
export function segmentCount(message: string): number {
  if (message !== last.message) last = { message, segments: new SegmentedMessage(message).segmentsCount };
  return last.segments;
}
