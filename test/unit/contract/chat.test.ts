import { describe, expect, test } from 'vitest';
import {
  createChatThreadRequest,
  createChatThreadResult,
  listChatThreadsParams,
} from '../../../shared/contract/chat.ts';
import { accepts, refusedFields, times } from './fixtures.ts';

const participant = (index = 0) => ({ communicationIdentifier: { communicationUserId: `8:acs:x_${index}` } });
const thread = (more: object = {}) => ({ topic: 'Standup', ...more });

test.each([
  [0, []],
  [200, []],
  [201, ['participants']],
])('%i participants', (count, refused) => {
  expect(refusedFields(createChatThreadRequest, thread({ participants: times(count, participant) }))).toEqual(refused);
});

test('fields of ACS beyond the contract are passed through', () => {
  const rich = thread({
    participants: [
      { ...participant(), displayName: 'Anna', shareHistoryTime: '2026-01-15T08:30:00Z', metadata: { role: 'host' } },
    ],
    metadata: { room: '5' },
    retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 },
  });
  expect(createChatThreadRequest.parse(rich)).toEqual(rich);
  expect(accepts(createChatThreadRequest, thread({ retentionPolicy: { kind: 'none' } }))).toBe(true);
});

test.each([
  [29, false],
  [30, true],
  [90, true],
  [91, false],
])('a thread may be kept for %i days: %s', (deleteThreadAfterDays, isTaken) => {
  const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays };
  expect(refusedFields(createChatThreadRequest, thread({ retentionPolicy }))).toEqual(
    isTaken ? [] : ['retentionPolicy.deleteThreadAfterDays'],
  );
});

test('every invalid field of a thread is reported', () => {
  const wrong = { topic: '', participants: [{ displayName: 'Anna' }, { ...participant(), displayName: 1 }] };
  expect(refusedFields(createChatThreadRequest, wrong)).toEqual([
    ...['topic', 'participants[0].communicationIdentifier', 'participants[1].displayName'],
  ]);
});

test('unknown fields are ignored, as on ACS', () => {
  const rich = thread({ participants: [{ ...participant(), role: 'x' }], retentionPolicy: { kind: 'none', days: 1 } });
  expect(createChatThreadRequest.parse({ ...rich, tpoic: 1 })).toEqual(
    thread({ participants: [participant()], retentionPolicy: { kind: 'none' } }),
  );
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
    expect(accepts(listChatThreadsParams, { maxPageSize })).toBe(isTaken);
  });

  test('starts at a date-time', () => {
    expect(refusedFields(listChatThreadsParams, { startTime: 'yesterday' })).toEqual(['startTime']);
  });
});

test('the result of creating a thread lists participants who could not be added', () => {
  const made = {
    chatThread: { id: '19:x@thread.v2', topic: 'Standup', createdOn: '2026-01-15T08:30:00Z' },
    invalidParticipants: [{ target: '8:acs:x', code: '404', message: 'not found' }],
  };
  expect(createChatThreadResult.parse(made)).toEqual(made);
});
