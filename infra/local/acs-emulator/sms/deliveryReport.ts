import { segmentCount } from './segments.ts';
import type { SentItem, SentRequest } from './smsStore.ts';

/** What a message's delivery came to; read by `GET /deliveryReports/{id}`, and the data of the event. */
export interface SmsDeliveryReport {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly deliveryStatus: 'Delivered' | 'Failed';
  readonly deliveryStatusDetails: string;
  readonly deliveryAttempts: readonly object[];
  readonly receivedTimestamp: string;
  readonly tag?: unknown;
}

/** There is a report only when the send asked for one. */
export function asksForReport({ options }: Pick<SentRequest, 'options'>): boolean {
  return options?.['enableDeliveryReport'] === true;
}

/** The recipient alone says how it ends. */
export function deliveryReportOf(request: SentRequest, item: SentItem): SmsDeliveryReport {
  const failure = failureOf(item);
  const receivedTimestamp = new Date(request.at).toISOString();
  const segments = segmentCount(request.message);
  const tag = request.options?.['tag'];
  return {
    messageId: item.messageId,
    from: request.from,
    to: item.to,
    deliveryStatus: failure === undefined ? 'Delivered' : 'Failed',
    deliveryStatusDetails: failure ?? 'Message delivered successfully.',
    deliveryAttempts: [
      {
        timestamp: receivedTimestamp,
        segmentsSucceeded: failure === undefined ? segments : 0,
        segmentsFailed: failure === undefined ? 0 : segments,
      },
    ],
    receivedTimestamp,
    ...(tag !== undefined && { tag }),
  };
}

/** Who has opted out gets nothing, and numbers that end in 9999 do not exist. @see "SMS FAQ", opt-out handling; code 4004 */
function failureOf({ to, optedOut }: SentItem): string | undefined {
  if (optedOut) return 'Sender blocked for given recipient.';
  return to.endsWith('9999') ? '4004: The destination number does not exist.' : undefined;
}
