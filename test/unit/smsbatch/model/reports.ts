import type { SmsDeliveryReport } from '../../../../shared/contract/acsEvent.ts';
import { FROM } from '../fixtures.ts';
import type { Delivery, FakeAcs } from './fakeAcs.ts';
import type { HostQueues } from './hostQueues.ts';
import { REPORTS_QUEUE } from './queueFunctions.ts';

/** The delivery reports of ACS. */
export class Reports {
  readonly #made: SmsDeliveryReport[] = [];
  readonly #acs: FakeAcs;
  readonly #queues: HostQueues;
  readonly #now: () => number;

  constructor(acs: FakeAcs, queues: HostQueues, now: () => number) {
    this.#acs = acs;
    this.#queues = queues;
    this.#now = now;
  }

  /** Reports one of the deliveries, if any. */
  make(which: number, isDelivered: boolean): void {
    const { deliveries } = this.#acs;
    const delivery = deliveries[which % deliveries.length];
    if (delivery) this.#tell(delivery, isDelivered);
  }

  /** Reports all deliveries. */
  makeAll(isDelivered: boolean): void {
    for (const delivery of this.#acs.deliveries) this.#tell(delivery, isDelivered);
  }

  #tell({ to, tag, messageId }: Delivery, isDelivered: boolean): void {
    const details = `Report ${this.#made.length}`;
    const status = isDelivered ? 'Delivered' : 'Failed';
    const report = { messageId, from: FROM, to, tag, status, details, receivedOn: this.#now() } as const;
    this.#made.push(report);
    this.#queues.put(REPORTS_QUEUE, JSON.stringify(report));
  }

  /** The final status of a number. */
  statusOf(number: string): SmsDeliveryReport['status'] | undefined {
    const own = this.#made.filter(({ to }) => to === number);
    return own.some(({ status }) => status === 'Delivered') ? 'Delivered' : own[0]?.status;
  }
}
