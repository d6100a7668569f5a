import { randomUUID } from 'node:crypto';
import { EVENT_TYPES } from '../../shared/contract/acsEvent.ts';

/** Events as Event Grid delivers them, in the spelling of Microsoft's newest samples. */

export const TOPIC =
  '/subscriptions/50ad1522-5c2c-4d9a-a6c8-67c11ecb75b8/resourcegroups/contoso/providers/microsoft.communication/communicationservices/contoso';

export type EventKind = keyof typeof EVENT_TYPES;
type Members = Readonly<Record<string, unknown>>;

/** In the Event Grid schema. */
export function gridEvent(kind: EventKind, data: unknown, more: Members = {}): Members {
  return {
    id: randomUUID(),
    topic: TOPIC,
    subject: '/phonenumber/15555555555',
    data,
    eventType: EVENT_TYPES[kind],
    dataVersion: '1.0',
    metadataVersion: '1',
    eventTime: '2020-09-18T00:22:20Z',
    ...more,
  };
}

/** As a CloudEvent. */
export function cloudEvent(kind: EventKind, data: unknown, more: Members = {}): Members {
  return {
    id: randomUUID(),
    source: TOPIC,
    subject: '/phonenumber/15555555555',
    data,
    type: EVENT_TYPES[kind],
    time: '2020-09-18T00:22:20.1234567Z',
    specversion: '1.0',
    ...more,
  };
}

export const smsReportData = (more: Members = {}): Members => ({
  messageId: 'Outgoing_202009180022138813a09b-0cbf-4304-9b03-1546683bb910',
  from: '15555555555',
  to: '+15555555556',
  deliveryStatus: 'Delivered',
  deliveryStatusDetails: 'No error.',
  receivedTimestamp: '2020-09-18T00:22:20.2855749Z',
  deliveryAttempts: [{ timestamp: '2020-09-18T00:22:14.9315918Z', segmentsSucceeded: 1, segmentsFailed: 0 }],
  tag: 'Optional customer-tag',
  ...more,
});

export const receivedSmsData = (more: Members = {}): Members => ({
  messageId: 'Incoming_20200918002745d29ebbea-3341-4466-9690-0a03af35228e',
  from: '15555555555',
  to: '15555555556',
  message: 'Great to connect with ACS events',
  receivedTimestamp: '2020-09-18T00:27:45.32Z',
  segmentCount: 1,
  ...more,
});

export const emailReportData = (more: Members = {}): Members => ({
  sender: 'News@contoso.com',
  recipient: 'Anna@Example.com',
  internetMessageId: '<178718194781.13391@contoso.com>',
  messageId: 'FB9E3380-428f-4e59-95a1-fc82e99a5219',
  status: 'Bounced',
  deliveryStatusDetails: { statusMessage: 'No such mailbox', recipientMailServerHostName: 'mx.example.com' },
  deliveryAttemptTimestamp: '2026-08-19T23:26:32.99+00:00',
  ...more,
});
