import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatThreadListParams } from '../../../shared/contract/chat.ts';
import {
  chatMessagePage,
  chatMessageParams,
  listChatMessagesParams,
  readReceiptPage,
  sendChatMessageRequest,
  sendReadReceiptRequest,
  sendTypingNotificationRequest,
  updateChatMessageRequest,
} from '../../../shared/contract/chatMessages.ts';
import { accepts, refusedFields } from './fixtures.ts';

const THREAD = { chatThreadId: '19:x@thread.v2' };

describe('a message', () => {
  test('has at most 28 KB of UTF-8, regardless of the number of characters', () => {
    const unit = fc.constantFrom('a', 'é', '字', '👋');
    fc.assert(
      fc.property(unit, fc.integer({ min: -3, max: 3 }), (character, beyond) => {
        const count = Math.floor((28 * 1024) / Buffer.byteLength(character)) + beyond;
        const content = character.repeat(count);
        expect(accepts(sendChatMessageRequest, { content })).toBe(Buffer.byteLength(content) <= 28 * 1024);
      }),
    );
  });

  test('has content, a known type and at most 1 KB of metadata', () => {
    expect(refusedFields(sendChatMessageRequest, { content: '' })).toEqual(['content']);
    expect(refusedFields(sendChatMessageRequest, { content: 'x', type: 'topicUpdated' })).toEqual(['type']);
    expect(refusedFields(sendChatMessageRequest, { content: 'x', metadata: { k: 'v'.repeat(1024) } })).toEqual([
      'metadata',
    ]);
    const rich = { content: '<b>x</b>', type: 'html', senderDisplayName: 'Anna', metadata: { k: 'v' } };
    expect(sendChatMessageRequest.parse(rich)).toEqual(rich);
  });
});

test('unknown fields are ignored, as on ACS', () => {
  expect(sendChatMessageRequest.parse({ content: 'x', priority: 1 })).toEqual({ content: 'x' });
  expect(updateChatMessageRequest.parse({ content: 'x', type: 'html' })).toEqual({ content: 'x' });
});

describe('an edit', () => {
  test('changes the content, the metadata, both or neither', () => {
    for (const edit of [{ content: 'x' }, { metadata: { k: 'v' } }, { content: 'x', metadata: {} }, {}]) {
      expect(updateChatMessageRequest.parse(edit)).toEqual(edit);
    }
  });

  test('needs a body, and keeps to the limits of a message', () => {
    expect(accepts(updateChatMessageRequest, undefined)).toBe(false);
    expect(refusedFields(updateChatMessageRequest, { content: '', metadata: { k: 'v'.repeat(1024) } })).toEqual([
      ...['content', 'metadata'],
    ]);
    expect(refusedFields(updateChatMessageRequest, { content: 'x'.repeat(28 * 1024 + 1) })).toEqual(['content']);
  });
});

test.each<[unknown, boolean]>([
  [undefined, true],
  [{}, true],
  [{ senderDisplayName: 'Anna' }, true],
  [{ senderDisplayName: 1 }, false],
  ['Anna', false],
])('a typing notification with the body %j: %s', (body, isTaken) => {
  expect(accepts(sendTypingNotificationRequest, body)).toBe(isTaken);
});

test('a read receipt names a message', () => {
  expect(refusedFields(sendReadReceiptRequest, {})).toEqual(['chatMessageId']);
  expect(refusedFields(sendReadReceiptRequest, { chatMessageId: '' })).toEqual(['chatMessageId']);
  expect(refusedFields(sendReadReceiptRequest, { chatMessageId: 1591768249318 })).toEqual(['chatMessageId']);
});

test.each([
  ['1591768249318', true],
  ['not a number', true],
  ['..', false],
  ['a\u0000b', false],
])('the id %j in a path: %s', (chatMessageId, isTaken) => {
  expect(accepts(chatMessageParams, { ...THREAD, chatMessageId })).toBe(isTaken);
});

describe('a page', () => {
  test.each([
    ['0', false],
    ['1', true],
    ['200', true],
    ['201', false],
    [200, true],
    ['ten', false],
  ])('of %s items: %s', (maxPageSize, isTaken) => {
    expect(accepts(listChatMessagesParams, { maxPageSize, ...THREAD })).toBe(isTaken);
  });

  // "Service limits" of ACS has a page size for messages only.
  test.each([
    ['0', false],
    ['1', true],
    ['201', true],
    ['ten', false],
  ])('of %s read receipts: %s', (maxPageSize, isTaken) => {
    expect(accepts(chatThreadListParams, { maxPageSize, ...THREAD })).toBe(isTaken);
  });

  test.each([
    ['0', true],
    ['20', true],
    [20, true],
    ['-1', false],
    ['', false],
  ])('of read receipts after %j of them: %s', (skip, isTaken) => {
    expect(accepts(chatThreadListParams, { skip, ...THREAD })).toBe(isTaken);
  });

  test('may have parameters of ACS', () => {
    const params = { chatThreadId: '19:x@thread.v2', startTime: '2026-01-15T08:30:00Z', syncState: 'opaque==' };
    expect(listChatMessagesParams.parse(params)).toEqual(params);
  });

  test('keeps additional fields of ACS', () => {
    const page = {
      value: [{ id: '1', type: 'participantAdded', sequenceId: '1', content: { participants: [] }, isNew: true }],
      nextLink: 'https://acs.example/next',
    };
    expect(chatMessagePage.parse(page)).toEqual(page);
  });

  test('of read receipts keeps additional fields of ACS', () => {
    const senderCommunicationIdentifier = { rawId: '8:acs:a_b', communicationUser: { id: '8:acs:a_b' } };
    const receipt = { senderCommunicationIdentifier, chatMessageId: '17', readOn: '2023-05-27T01:38:36Z', isNew: true };
    expect(readReceiptPage.parse({ value: [receipt] })).toEqual({ value: [receipt] });
  });
});
