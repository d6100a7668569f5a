import { describe, expect, test } from 'vitest';
import { readEvents } from '../../../shared/acsevents/readEvents.ts';
import { cloudEvent, emailReportData, gridEvent, receivedSmsData, smsReportData } from '../../setup/acsEvents.ts';

const REPORT = {
  messageId: 'Outgoing_202009180022138813a09b-0cbf-4304-9b03-1546683bb910',
  from: '+15555555555',
  to: '+15555555556',
  status: 'Delivered',
  details: 'No error.',
  receivedOn: Date.parse('2020-09-18T00:22:20.285Z'),
  tag: 'Optional customer-tag',
  attempts: [{ attemptedOn: Date.parse('2020-09-18T00:22:14.931Z'), segmentsSucceeded: 1, segmentsFailed: 0 }],
};

/** Names as the oldest samples have them. */
const capitalised = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(data).map(([name, it]) => [name.charAt(0).toUpperCase() + name.slice(1), it]));

describe('an SMS delivery report', () => {
  const read = (data: unknown, more: object = {}) => readEvents(gridEvent('smsReport', data, { ...more }))[0];
  const report = (members: object, more: object = {}) => read(smsReportData({ ...members }), more);

  test('is read from both schemas, alone and in an array', () => {
    const events = [gridEvent('smsReport', smsReportData()), cloudEvent('smsReport', smsReportData())];
    for (const event of events) {
      const expected = {
        event,
        type: 'Microsoft.Communication.SMSDeliveryReportReceived',
        kind: 'smsReport',
        report: REPORT,
      };
      expect(readEvents(event)).toEqual([expected]);
      expect(readEvents([event])).toEqual([expected]);
    }
    expect(readEvents(events)).toHaveLength(2);
  });

  test.each([undefined, null, [], 'none', {}, [{}], [null], [{ timestamp: 'soon', segmentsSucceeded: 1 }]])(
    'with the attempts %j is read without any',
    (deliveryAttempts) => {
      const { attempts: _, ...rest } = REPORT;
      expect(report({ deliveryAttempts })).toMatchObject({ report: rest });
      expect(report({ deliveryAttempts })).not.toHaveProperty('report.attempts');
    },
  );

  test('keeps the newest attempts, and the partner’s message id', () => {
    const attempt = (second: number) => ({
      Timestamp: new Date(second * 1000).toISOString(),
      ...{ SegmentsSucceeded: 2, SegmentsFailed: second },
    });
    const deliveryAttempts = Array.from({ length: 100 }, (_, second) => attempt(second));
    const read = report({ deliveryAttempts, messagingConnectPartnerMessageId: 'p-1' });
    expect(read).toMatchObject({ report: { partnerMessageId: 'p-1' } });
    const attempts = read?.kind === 'smsReport' ? (read.report.attempts ?? []) : [];
    expect(attempts.length).toBeLessThan(100);
    expect(attempts.at(-1)).toEqual({ attemptedOn: 99_000, segmentsSucceeded: 2, segmentsFailed: 99 });
  });

  test.each([undefined, null, '', 5, 'x'.repeat(5000)])('with the partner’s message id %j has none', (id) => {
    const read = report({ messagingConnectPartnerMessageId: id });
    expect(read).toMatchObject({ report: REPORT });
    expect(read).not.toHaveProperty('report.partnerMessageId');
  });

  test('is read with member names in any case', () => {
    expect(read(capitalised(smsReportData()))).toMatchObject({ report: REPORT });
    const { tag, ...rest } = smsReportData();
    expect(read({ ...rest, Tag: tag })).toMatchObject({ report: REPORT });
  });

  test.each([
    ['15555555555', '+15555555555'],
    ['+15555555555', '+15555555555'],
    [' +15555555555', '+15555555555'],
    ['1234567', '+1234567'],
    ['123456', '123456'],
    ['12345', '12345'],
    ['+12345', '12345'],
    ['+123456', '123456'],
    ['+1234567', '+1234567'],
    ['Contoso', 'Contoso'],
  ])('from %s is from %s', (from, expected) => {
    expect(report({ from })).toMatchObject({ report: { from: expected } });
  });

  test.each<[string, object, number]>([
    ['with an offset', { receivedTimestamp: '2020-09-18T02:22:20.2855749+02:00' }, REPORT.receivedOn],
    ['without a time zone, which means UTC', { receivedTimestamp: '2020-09-18T00:22:20.2855749' }, REPORT.receivedOn],
    ['missing, which means that of the event', { receivedTimestamp: undefined }, Date.parse('2020-09-18T00:22:20Z')],
    ['of null', { receivedTimestamp: null }, Date.parse('2020-09-18T00:22:20Z')],
    ['unreadable', { receivedTimestamp: '2020-99-18T00:22:20Z' }, Date.parse('2020-09-18T00:22:20Z')],
  ])('may have a time %s', (_, members, receivedOn) => {
    expect(report(members)).toMatchObject({ report: { receivedOn } });
  });

  test('may have no tag and no details', () => {
    const bare = { tag: undefined, deliveryStatusDetails: undefined, deliveryAttempts: undefined };
    expect(report(bare)).toMatchObject({ report: { tag: '', details: '' } });
    expect(report({ tag: null, deliveryStatusDetails: null })).toMatchObject({ report: { tag: '', details: '' } });
  });

  test('has its strings cut to the length of a column', () => {
    const long = report({ tag: 't'.repeat(40_000), deliveryStatusDetails: 'd'.repeat(40_000) });
    expect(long).toMatchObject({ report: { tag: 't'.repeat(2000), details: 'd'.repeat(1000) } });
  });

  test.each<[string, object, string]>([
    ['no id', { messageId: undefined }, 'wrong fields: messageId'],
    ['an invalid id', { messageId: 'a b' }, 'wrong fields: messageId'],
    ['an id that is too long', { messageId: 'x'.repeat(129) }, 'wrong fields: messageId'],
    ['a JSON number instead of a phone number', { from: 15_555_555_555 }, 'wrong fields: from'],
    ['an unknown status', { deliveryStatus: 'Lost', to: '' }, 'wrong fields: to, deliveryStatus'],
  ])('with %s is dropped', (_, members, reason) => {
    expect(report(members)).toMatchObject({ kind: 'dropped', reason });
  });

  test('without any time is dropped', () => {
    const dropped = report({ receivedTimestamp: undefined }, { eventTime: undefined });
    expect(dropped).toMatchObject({ kind: 'dropped', reason: 'wrong fields: time' });
  });

  test.each([[undefined], [null], ['text'], [[]]])('of %j is dropped', (data) => {
    expect(read(data)).toMatchObject({ kind: 'dropped', reason: expect.stringMatching(/^wrong fields: /) });
  });
});

test('a received SMS is read', () => {
  const sms = {
    messageId: 'Incoming_20200918002745d29ebbea-3341-4466-9690-0a03af35228e',
    from: '+15555555555',
    to: '+15555555556',
    message: 'Great to connect with ACS events',
    receivedOn: Date.parse('2020-09-18T00:27:45.320Z'),
  };
  for (const data of [receivedSmsData(), capitalised(receivedSmsData())]) {
    expect(readEvents(gridEvent('receivedSms', data))).toMatchObject([{ kind: 'receivedSms', sms }]);
    expect(readEvents(cloudEvent('receivedSms', data))).toMatchObject([{ kind: 'receivedSms', sms }]);
  }
});

describe('an email delivery report', () => {
  const report = (members: object) => readEvents(gridEvent('emailReport', emailReportData({ ...members })))[0];

  test('is read, with id and recipient in lower case', () => {
    const expected = {
      messageId: 'fb9e3380-428f-4e59-95a1-fc82e99a5219',
      sender: 'News@contoso.com',
      recipient: 'anna@example.com',
      status: 'Bounced',
      details: 'No such mailbox (mx.example.com)',
      attemptedOn: Date.parse('2026-08-19T23:26:32.990Z'),
    };
    for (const data of [emailReportData(), capitalised(emailReportData())]) {
      expect(readEvents(gridEvent('emailReport', data))).toMatchObject([{ kind: 'emailReport', report: expected }]);
    }
  });

  test('may have its time in another format', () => {
    const other = { deliveryAttemptTimestamp: undefined, deliveryAttemptTimeStamp: '2026-01-15T08:30:00+00:00' };
    expect(report(other)).toMatchObject({ report: { attemptedOn: Date.parse('2026-01-15T08:30:00Z') } });
  });

  test.each<[unknown, string]>([
    ['No such mailbox', 'No such mailbox'],
    [{ statusMessage: '', recipientMailServerHostName: 'mx.example.com' }, ''],
    [{ StatusMessage: 'Full' }, 'Full'],
    [7, ''],
  ])('has details of %j', (deliveryStatusDetails, details) => {
    expect(report({ deliveryStatusDetails })).toMatchObject({ report: { details } });
  });

  test.each(['Delivered', 'Expanded', 'FilteredSpam', 'Quarantined', 'Suppressed', 'Bounced', 'Failed'])(
    'may have the status %s, in any case',
    (status) => {
      for (const spelled of [status, status.toLowerCase()]) {
        expect(report({ status: spelled })).toMatchObject({ kind: 'emailReport', report: { status } });
      }
    },
  );
});
