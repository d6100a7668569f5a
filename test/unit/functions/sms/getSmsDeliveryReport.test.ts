import { expect, test } from 'vitest';
import { getSmsDeliveryReport } from '../../../../functions/sms/getSmsDeliveryReport.ts';
import { readEvents } from '../../../../shared/acsevents/readEvents.ts';
import { smsDeliveryReport } from '../../../../shared/contract/sms.ts';
import { recordSmsReport, trackSentSms } from '../../../../shared/smsreports/smsReports.ts';
import { gridEvent, smsReportData } from '../../../setup/acsEvents.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';
import { accepted, SENDING, TO } from '../../smsreports/fixtures.ts';

const OPERATION = anyOperation(getSmsDeliveryReport);
const ID = 'Outgoing_1';
const target = `/deliveryReports/${ID}?api-version=2026-01-23`;
const asked = { target, params: { messageId: ID } };
const from = SENDING.from;

test('a message is pending until its report arrives, in ACS’s shape', async () => {
  const { http, runtime } = rig();
  await trackSentSms(runtime.smsReports, SENDING, accepted(ID));
  const pending = await http(OPERATION, asked);
  expect(pending).toMatchObject({ status: 200 });
  expect(pending.body).toEqual({ messageId: ID, from, to: TO, deliveryStatus: 'Pending', tag: 'tag' });
  const report = { status: 'Failed', details: 'Opted out.', receivedOn: Date.parse('2026-01-15T08:31:00Z') } as const;
  await recordSmsReport(runtime.smsReports, { messageId: ID, from, to: TO, tag: '', ...report });
  const { body } = await http(OPERATION, asked);
  expect(smsDeliveryReport.parse(body)).toEqual({
    ...{ messageId: ID, from, to: TO, tag: 'tag' },
    ...{ deliveryStatus: 'Failed', deliveryStatusDetails: 'Opted out.' },
    receivedTimestamp: '2026-01-15T08:31:00.000Z',
  });
});

test('attempts and the partner’s message id are those of the event', async () => {
  const { http, runtime } = rig();
  await trackSentSms(runtime.smsReports, SENDING, accepted(ID));
  // Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/DeliveryReportGet.json
  const deliveryAttempts = [
    { timestamp: '2025-08-12T14:40:00.000Z', segmentsSucceeded: 2, segmentsFailed: 0 },
    { timestamp: '2025-08-12T14:35:00.000Z', segmentsSucceeded: 1, segmentsFailed: 1 },
  ];
  const data = smsReportData({ messageId: ID, deliveryAttempts, messagingConnectPartnerMessageId: 'p-1' });
  const [event] = readEvents(gridEvent('smsReport', data));
  if (event?.kind !== 'smsReport') throw new Error('The event is no report.');
  await recordSmsReport(runtime.smsReports, event.report);
  const { body } = await http(OPERATION, asked);
  expect(smsDeliveryReport.parse(body)).toMatchObject({ deliveryAttempts, messagingConnectPartnerMessageId: 'p-1' });
});

test('a message of another client, or an unknown one, is not found', async () => {
  const { http, runtime } = rig();
  const notFound = { status: 404, body: { error: { code: 'NotFound', target: 'messageId' } } };
  expect(await http(OPERATION, asked)).toMatchObject(notFound);
  await trackSentSms(runtime.smsReports, SENDING, accepted(ID));
  expect(await http(OPERATION, { ...asked, key: KEYS.office })).toMatchObject(notFound);
  expect(await http(OPERATION, { ...asked, params: { messageId: 'a b' } })).toMatchObject({ status: 400 });
});
