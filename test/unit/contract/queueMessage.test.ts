import { describe, expect, test } from 'vitest';
import { outcomeEvent, queueMessage, queueName } from '../../../shared/contract/queueMessage.ts';
import { accepts, refusedFields } from './fixtures.ts';

describe('a queue name', () => {
  test.each(['abc', 'send-sms', 'a-1-b', 'x'.repeat(63)])('may be %s', (name) => {
    expect(accepts(queueName, name)).toBe(true);
  });

  test.each(['', 'ab', 'x'.repeat(64), 'Send', 'a--b', '-ab', 'ab-', 'a_b', 'a b', 'abc\n'])(
    'may not be %j',
    (name) => {
      expect(accepts(queueName, name)).toBe(false);
    },
  );
});

describe('a queue message', () => {
  test('may have no fields or all of them', () => {
    const full = {
      ...{ id: 'a', client: 'shop', params: { id: 'x', maxPageSize: 5 }, body: { any: ['thing'] } },
      ...{ actingUser: '8:acs:x', replyTo: 'answers' },
    };
    expect(queueMessage.parse(full)).toEqual(full);
    expect(accepts(queueMessage, {})).toBe(true);
  });

  test('has one body only', () => {
    expect(refusedFields(queueMessage, { body: {}, bodyBlob: 'a' })).toEqual(['bodyBlob']);
    expect(accepts(queueMessage, { bodyBlob: 'a' })).toBe(true);
  });

  test.each([
    [{ id: '' }, 'id'],
    [{ id: 'x'.repeat(257) }, 'id'],
    [{ id: 5 }, 'id'],
    [{ client: '' }, 'client'],
    [{ params: 'x' }, 'params'],
    [{ replyTo: 'No Queue' }, 'replyTo'],
    [{ bodyBlob: 'x'.repeat(1025) }, 'bodyBlob'],
    [{ bodyBlob: '../other-container/x' }, 'bodyBlob'],
    [{ actingUser: '' }, 'actingUser'],
    [{ actingUser: '..' }, 'actingUser'],
    [{ reply: 'x' }, 'reply'],
  ])('%j is invalid in %s', (message, field) => {
    expect(new Set(refusedFields(queueMessage, message))).toEqual(new Set([field]));
  });
});

test('an outcome is a CloudEvent of a known type', () => {
  const event = {
    ...{ specversion: '1.0', id: 'a', source: '/switchboard', type: 'switchboard.sendSms.succeeded', subject: 'm' },
    ...{ time: '2026-01-15T08:30:00.000Z', datacontenttype: 'application/json', httpstatus: 202, data: null },
  };
  expect(outcomeEvent.parse(event)).toEqual(event);
  expect(refusedFields(outcomeEvent, { ...event, type: 'sendSms' })).toEqual(['type']);
  expect(refusedFields(outcomeEvent, { ...event, surprise: 1 })).toEqual(['surprise']);
});
