import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue, PendingEvents } from '../../../../infra/local/acs-emulator/events/pendingEvents.ts';
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
