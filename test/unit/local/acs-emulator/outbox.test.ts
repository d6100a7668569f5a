import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Notes } from './outbox.fixtures.ts';

describe('a list', () => {
  test('has the items of all channels but requests, newest first', () => {
    const notes = new Notes();
    notes.put('a');
    notes.put('b', {}, 'email');
    notes.put('c', {}, 'request');
    notes.put('d');
    expect(notes.ids()).toEqual(['d', 'b', 'a']);
    expect(notes.ids({ channel: 'request' })).toEqual(['c']);
    expect(notes.ids({ channel: 'email' })).toEqual(['b']);
  });

  test('keeps the place of an item that changes, and gives it a new revision', () => {
    const notes = new Notes();
    notes.put('a');
    notes.put('b');
    const [, before] = notes.outbox.items({}, 10).value;
    notes.put('a', { status: 'Delivered' });
    const [, after] = notes.outbox.items({}, 10).value;
    expect(after).toMatchObject({ id: 'a', status: 'Delivered', sequence: before?.sequence });
    expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    expect(after?.revision).toBe(notes.outbox.revision);
  });

  test('can be read in pages, with the number of all that match', () => {
    const notes = new Notes();
    for (let index = 0; index < 25; index += 1) notes.put(String(index), { to: index % 5 === 0 ? 'ada' : 'bob' });
    const pages: string[][] = [];
    let before: number | undefined;
    do {
      const page = notes.outbox.items({ to: 'bob' }, 8, before);
      expect(page.total).toBe(20);
      pages.push(page.value.map(({ id }) => id));
      before = page.next;
    } while (before !== undefined);
    expect(pages.map(({ length }) => length)).toEqual([8, 8, 4]);
    expect(pages.flat()).toEqual(
      Array.from({ length: 25 }, (_, index) => String(24 - index)).filter((it) => Number(it) % 5),
    );
  });

  test('ends with a page that is full', () => {
    const notes = new Notes();
    for (const id of ['a', 'b']) notes.put(id);
    expect(notes.outbox.items({}, 2).next).toBeUndefined();
  });

  test('finds text after the preview', () => {
    const notes = new Notes();
    notes.put('a', { text: `${'x'.repeat(500)} CODE 123456` });
    expect(notes.ids({ text: 'code 123' })).toEqual(['a']);
  });
});

test('the latest item is the newest that matches, of any channel', () => {
  const notes = new Notes();
  notes.put('a', { to: 'ada' });
  notes.put('b', { to: 'ada' }, 'email');
  notes.put('c', { to: 'bob' }, 'email');
  expect(notes.outbox.latest({ to: 'ada' })).toMatchObject({ id: 'b', channel: 'email' });
  expect(notes.outbox.latest({ to: 'ada', channel: 'sms' })).toMatchObject({ id: 'a' });
  expect(notes.outbox.latest({ to: 'ada' }, 2)).toBeUndefined();
  expect(notes.outbox.latest({ to: 'eve' })).toBeUndefined();
});

test('an item is found by channel and id', () => {
  const notes = new Notes();
  notes.put('a', { text: 'Hello' });
  expect(notes.outbox.item('sms', 'a')).toMatchObject({ preview: 'Hello', sequence: 1, revision: 1 });
  expect(notes.outbox.item('email', 'a')).toBeUndefined();
  notes.delete('a');
  expect(notes.outbox.item('sms', 'a')).toBeUndefined();
});

describe('the limits', () => {
  test('keep the newest items of each channel', () => {
    const notes = new Notes({ maximumItems: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) notes.put(id);
    notes.put('mail', {}, 'email');
    expect(notes.ids()).toEqual(['mail', 'e', 'd', 'c']);
    expect(notes.removed).toEqual(['a', 'b']);
    expect(notes.outbox.stats()).toMatchObject({
      sms: { kept: 3, limit: 3, received: 5, dropped: 2 },
      email: { kept: 1, limit: 3, received: 1, dropped: 0 },
    });
  });

  test('drop the oldest, not those that have not changed for longest', () => {
    const notes = new Notes({ maximumItems: 2 });
    for (const id of ['a', 'b', 'a', 'c']) notes.put(id);
    expect(notes.ids()).toEqual(['c', 'b']);
  });

  test('do not count what was removed', () => {
    const notes = new Notes({ maximumItems: 2 });
    for (const id of ['a', 'b']) notes.put(id);
    notes.delete('b');
    notes.put('c');
    expect(notes.ids()).toEqual(['c', 'a']);
    expect(notes.outbox.stats().sms).toMatchObject({ kept: 2, received: 3, dropped: 0 });
  });

  test('keep the newest bytes of a channel, and always one item', () => {
    const notes = new Notes({ maximumBytes: 100 });
    for (const id of ['a', 'b', 'c']) notes.put(id, { sizeBytes: 40 });
    expect(notes.ids()).toEqual(['c', 'b']);
    notes.put('d', { sizeBytes: 1000 });
    expect(notes.ids()).toEqual(['d']);
    notes.put('e', { sizeBytes: 60 });
    expect(notes.ids()).toEqual(['e']);
  });

  test('hold for any order of additions, changes and removals', () => {
    const step = fc.record({ id: fc.nat(12).map(String), isRemoved: fc.boolean() });
    const add = (ids: readonly string[], id: string) => (ids.includes(id) ? ids : [id, ...ids].slice(0, 5));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const notes = new Notes({ maximumItems: 5 });
        let expected: readonly string[] = [];
        for (const { id, isRemoved } of steps) {
          if (isRemoved) notes.delete(id);
          else notes.put(id);
          expected = isRemoved ? expected.filter((it) => it !== id) : add(expected, id);
          expect(notes.ids()).toEqual(expected);
        }
      }),
    );
  });

  test('hold after as many items as make the outbox compact itself', () => {
    const notes = new Notes({ maximumItems: 10 });
    const before = notes.outbox.revision;
    for (let index = 0; index < 100_000; index += 1) notes.put(String(index));
    expect(notes.ids()).toEqual(Array.from({ length: 10 }, (_, index) => String(99_999 - index)));
    expect(notes.outbox.changesSince(before, 10)).toBeUndefined();
    const since = notes.outbox.changesSince(notes.outbox.revision - 20, 100) ?? [];
    expect(since.filter(({ type }) => type === 'removed')).toHaveLength(10);
    expect(since.filter(({ type }) => type === 'item')).toHaveLength(10);
  });
});

test('a reset removes everything and counts from the beginning; sequences and revisions still rise', () => {
  const notes = new Notes();
  notes.put('a');
  const { revision } = notes.outbox;
  notes.clear();
  notes.put('b');
  expect(notes.outbox.stats().sms).toMatchObject({ kept: 1, received: 1 });
  expect(notes.outbox.latest({})).toMatchObject({ id: 'b', sequence: 2, revision: revision + 2 });
  expect(notes.outbox.changesSince(0, 10)?.map(({ type }) => type)).toEqual(['reset', 'item']);
});

describe('an item that changes by time', () => {
  const START = Date.parse('2026-01-15T08:30:00.000Z');
  const later = [
    [START + 1000, 'Running'],
    [START + 3000, 'Succeeded'],
  ] as const;

  test('gets a new revision each time, when the clock was moved', () => {
    const notes = new Notes();
    notes.put('a', { later });
    const { revision } = notes.outbox;
    notes.now += 999;
    notes.outbox.wake();
    expect(notes.outbox.revision).toBe(revision);
    notes.now += 1;
    notes.outbox.wake();
    expect(notes.outbox.latest({})).toMatchObject({ status: 'Running', revision: revision + 1 });
    notes.now += 10_000;
    notes.outbox.wake();
    expect(notes.outbox.latest({})).toMatchObject({ status: 'Succeeded', revision: revision + 2 });
    notes.outbox.wake();
    expect(notes.outbox.revision).toBe(revision + 2);
  });

  test('gets one by itself, too', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const notes = new Notes();
      notes.put('b', { later: later.slice(1) });
      notes.put('a', { later });
      const { revision } = notes.outbox;
      notes.now += 1000;
      vi.advanceTimersByTime(1000);
      expect(notes.outbox.revision).toBe(revision + 1);
      notes.now += 2000;
      vi.advanceTimersByTime(2000);
      expect(notes.outbox.revision).toBe(revision + 3);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not change once it was removed', () => {
    const notes = new Notes();
    notes.put('a', { later });
    notes.delete('a');
    const { revision } = notes.outbox;
    notes.now += 5000;
    notes.outbox.wake();
    expect(notes.outbox.revision).toBe(revision);
  });
});
