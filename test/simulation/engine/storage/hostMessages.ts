import type { HostMessages } from '../types.ts';
import type { SimulatedAccount } from './account.ts';
import type { StorageCalls } from './calls.ts';

/** A functions host's view of the queues. */
export function createHostMessages(calls: StorageCalls, account: SimulatedAccount): HostMessages {
  const make = <Result>(queue: string, label: string, effect: () => Result) =>
    calls.make({ service: 'queue', label: `${label} ${queue}`, partition: queue, isWrite: true, effect });
  return {
    receive: (queue, maximum, visibilitySeconds) =>
      make(queue, 'receive', () =>
        account.hasQueue(queue) ? account.queue(queue).receive(maximum, visibilitySeconds) : [],
      ),
    update: (queue, { id, popReceipt }, visibilitySeconds) =>
      make(queue, `update ${id} of`, () => account.queue(queue).update(id, popReceipt, visibilitySeconds)),
    remove: (queue, { id, popReceipt }) =>
      make(queue, `remove ${id} of`, () => account.queue(queue).remove(id, popReceipt)),
    send: (queue, text, delaySeconds = 0) =>
      make(queue, 'forward to', () => account.queue(queue).send(text, delaySeconds)),
  };
}
