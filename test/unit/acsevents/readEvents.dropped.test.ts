import { describe, expect, test } from 'vitest';
import { readEvents } from '../../../shared/acsevents/readEvents.ts';
import { cloudEvent, gridEvent, smsReportData, TOPIC } from '../../setup/acsEvents.ts';

test('an email engagement event is ignored', () => {
  expect(readEvents(gridEvent('emailEngagement', { engagementType: 'view' }))).toMatchObject([{ kind: 'ignored' }]);
});

describe('events are accepted from', () => {
  const kinds = (topic: string, own?: string) =>
    [
      gridEvent('smsReport', smsReportData(), { topic }),
      cloudEvent('smsReport', smsReportData(), { source: topic }),
    ].map((event): string => readEvents(event, own)[0]?.kind ?? '');
  const ours = ['smsReport', 'smsReport'];
  const dropped = ['dropped', 'dropped'];

  test('every ACS resource, if the own one is not configured', () => {
    expect(kinds(TOPIC.toUpperCase())).toEqual(ours);
    expect(kinds(TOPIC.replace('communicationservices', 'emailservices'))).toEqual(dropped);
    expect(kinds(`${TOPIC}/domains/x`)).toEqual(dropped);
    expect(kinds('')).toEqual(dropped);
  });

  test('the own resource only, if it is configured', () => {
    expect(kinds(TOPIC, TOPIC.toUpperCase())).toEqual(ours);
    expect(kinds(`${TOPIC}2`, TOPIC)).toEqual(dropped);
    expect(readEvents(gridEvent('smsReport', {}, { topic: '/x' }), TOPIC)).toMatchObject([
      { reason: 'foreign source' },
    ]);
  });
});

describe('an unusable event', () => {
  test('of another type is dropped', () => {
    const event = gridEvent('smsReport', {}, { eventType: 'Microsoft.Communication.ChatMessageReceived' });
    expect(readEvents(event)).toMatchObject([{ kind: 'dropped', reason: 'unknown type' }]);
  });

  test('does not affect valid ones in the same message', () => {
    const good = gridEvent('smsReport', smsReportData());
    const kinds = (list: unknown[]) => readEvents(list).map(({ kind }): string => kind);
    expect(kinds([{}, good, gridEvent('smsReport', {})])).toEqual(['dropped', 'smsReport', 'dropped']);
    expect(kinds([1, 'x', good, null, [good]])).toEqual(['smsReport', 'dropped']);
    expect(readEvents([1, good, 'x']).at(-1)).toMatchObject({ event: [1, 'x'], reason: 'no event' });
  });
});
