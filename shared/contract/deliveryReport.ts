/** What ACS's events say, in one form whichever schema and spelling they came in. Times are epoch milliseconds. */

export interface SmsDeliveryReport {
  readonly messageId: string;
  /** E.164 with its plus, or a short code. */
  readonly from: string;
  readonly to: string;
  readonly status: 'Delivered' | 'Failed';
  readonly details: string;
  readonly receivedOn: number;
  /** As it was sent; empty without one. */
  readonly tag: string;
}

export interface ReceivedSms {
  readonly messageId: string;
  /** The person. */
  readonly from: string;
  /** Our number. */
  readonly to: string;
  readonly message: string;
  readonly receivedOn: number;
}

/** @see `@azure/eventgrid` 5.12.0, `AcsEmailDeliveryReportStatus`; "Expanded" only in the docs */
export const EMAIL_DELIVERY_STATES = [
  'Delivered',
  'Expanded',
  'FilteredSpam',
  'Quarantined',
  'Suppressed',
  'Bounced',
  'Failed',
] as const;

export type EmailDeliveryState = (typeof EMAIL_DELIVERY_STATES)[number];

export interface EmailDeliveryReport {
  /** The operation's id, in lower case. */
  readonly messageId: string;
  readonly sender: string;
  /** In lower case. */
  readonly recipient: string;
  readonly status: EmailDeliveryState;
  readonly details: string;
  readonly attemptedOn: number;
}
