import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue, type EventOrder, PendingEvents } from '../../../../infra/local/acs-emulator/events/pendingEvents.ts';
import { NOTHING_SET, smsRequested } from './eventRig.ts';

/** Takes every event that is due and sends it or puts it back. @returns the ids of the sent events */
function sendDue(pending: PendingEvents, now: number, fails: () => boolean): string[] {
  const sent: string[] = [];
  for (let taken = pending.take(now); taken; taken = pending.take(now)) {
    expect(taken.pending.dueAt).toBe(now);
    if (fails()) {
      pending.putBack(taken);
      continue;
    }
    sent.push(taken.event.about);
    const allSent = pending.noteSent(taken);
    if (allSent) pending.apply(allSent);
  }
  return sent;
}

test('every event is sent once, when it is due, in any order and with any failures', () => {
  const one = fc.record({ eventsAt: fc.nat(20), count: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), fc.infiniteStream(fc.boolean()), (requests, failures) => {
      const pending = new PendingEvents(NOTHING_SET);
      for (const [index, { eventsAt, count }] of requests.entries()) {
        pending.apply(smsRequested(String(index), eventsAt, count));
      }
      const fails = () => failures.next().value === true;
      const sent = Array.from({ length: 21 }, (_, now) => sendDue(pending, now, fails)).flat();
      const total = requests.reduce((sum, { count }) => sum + count, 0);
      expect([sent.length, new Set(sent).size]).toEqual([total, total]);
      expect([pending.sent, pending.pending, pending.nextDueAt()]).toEqual([total, 0, undefined]);
    }),
  );
});

interface Sending {
  readonly order: EventOrder;
  readonly fails: boolean;
}

/** Takes one event and sends it or puts it back. @returns false if there was none */
function sendNext(pending: PendingEvents, sent: string[], { order, fails }: Sending): boolean {
  const taken = pending.take(0, order);
  if (taken && fails) pending.putBack(taken);
  if (!taken || fails) return taken !== undefined;
  sent.push(taken.event.about);
  const allSent = pending.noteSent(taken);
  if (allSent) pending.apply(allSent);
  return true;
}

test('a request is done when its events are sent or withdrawn', () => {
  const pending = new PendingEvents(NOTHING_SET);
  const request = smsRequested('a', 0, 2);
  pending.apply(request);
  pending.withdraw(new Set([request.items[0]?.messageId ?? '']));
  const taken = pending.take(0);
  expect(taken?.event.about).toBe(request.items[1]?.messageId);
  expect(taken && pending.noteSent(taken)).toMatchObject({ type: 'sent', source: request.items[0]?.messageId });
});

test('the events of removed messages are not sent, and all others once', () => {
  const step = fc.oneof(
    fc.record({ order: fc.constantFrom<EventOrder>('oldestFirst', 'newestFirst'), fails: fc.boolean() }),
    fc.record({ request: fc.nat(4), index: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }), fc.array(step), (counts, steps) => {
      const pending = new PendingEvents(NOTHING_SET);
      const requests = counts.map((count, index) => smsRequested(String(index), 0, count));
      for (const request of requests) pending.apply(request);
      const expected = new Set(requests.flatMap(({ items }) => items.map(({ messageId }) => messageId)));
      const sent: string[] = [];
      const withdraw = (id: string) => {
        if (!sent.includes(id)) expected.delete(id);
        pending.withdraw(new Set([id]));
      };
      for (const it of steps) {
        if ('fails' in it) sendNext(pending, sent, it);
        else withdraw(requests[it.request]?.items[it.index]?.messageId ?? 'unknown');
        expect(pending.pending).toBe(expected.size - sent.length);
      }
      while (sendNext(pending, sent, { order: 'oldestFirst', fails: false }));
      expect(sent.length).toBe(expected.size);
      expect(new Set(sent)).toEqual(expected);
      expect([pending.sent, pending.pending, pending.nextDueAt()]).toEqual([expected.size, 0, undefined]);
    }),
    { numRuns: 500 },
  );
});

test('a long queue keeps its order and loses nothing while items are added and dropped', () => {
  const queue = new DueQueue<{ readonly dueAt: number }>();
  const added: number[] = [];
  const taken: number[] = [];
  const add = (dueAt: number) => {
    queue.add({ dueAt });
    added.push(dueAt);
  };
  const take = () => {
    taken.push(queue.first()?.dueAt ?? -1);
    queue.drop();
  };
  for (let at = 0; at < 10_000; at += 1) {
    add(at);
    add(at + 5000);
    take();
  }
  while (queue.first()) take();
  expect(taken).toEqual(added.toSorted((one, other) => one - other));
});
