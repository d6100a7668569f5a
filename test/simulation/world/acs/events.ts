import type { Random, Simulation } from '../../engine/types.ts';
import { RESOURCE_ID } from '../installation.ts';

const QUEUE = 'acs-events';

/** Event Grid gives up after 24 hours; within an hour, it has found a queue that works. */
const LONGEST_DELAY_SECONDS = 3600;

export interface SentSms {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly tag: string;
  readonly sentOn: number;
}

export interface ReceivedSms {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly message: string;
}

/** A report that ACS has made; it arrives at least once. */
export interface Report {
  readonly kind: 'sms' | 'email';
  readonly messageId: string;
  readonly recipient: string;
  readonly status: string;
}

/** ACS's events on their way through Event Grid: late, early, repeated, out of order, and never lost for ever. */
export class EventSource {
  readonly reports: Report[] = [];
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #posted: (queue: string) => void;
  #count = 0;

  /** @param posted called when a message was put on a queue */
  constructor(simulation: Simulation, posted: (queue: string) => void) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork('events');
    this.#posted = posted;
  }

  reportSms({ messageId, from, to, tag, sentOn }: SentSms): void {
    const isDelivered = !this.#random.chance(0.1);
    const status = isDelivered ? 'Delivered' : 'Failed';
    this.reports.push({ kind: 'sms', messageId, recipient: to, status });
    const delaySeconds = this.#random.between(0, 40);
    const time = new Date(sentOn + delaySeconds * 1000).toISOString();
    const data = {
      ...{ messageId, from, to, tag, deliveryStatus: status, deliveryStatusDetails: 'No error.' },
      ...{ deliveryAttempts: [{ timestamp: time, segmentsSucceeded: 1, segmentsFailed: 0 }], receivedTimestamp: time },
    };
    this.#post(this.#event('SMSDeliveryReportReceived', `/phonenumber/${from}`, data), delaySeconds);
  }

  reportEmail({ id, sender, recipient, on }: { id: string; sender: string; recipient: string; on: number }): void {
    const status = this.#random.pick(['Delivered', 'Delivered', 'Bounced', 'FilteredSpam']);
    this.reports.push({ kind: 'email', messageId: id, recipient, status });
    const data = {
      ...{ sender, recipient, messageId: id, status, deliveryStatusDetails: { statusMessage: 'No error.' } },
      deliveryAttemptTimeStamp: new Date(on).toISOString(),
    };
    const event = this.#event('EmailDeliveryReportReceived', `sender/${sender}/message/${id}`, data);
    this.#post(event, Math.max(0, Math.round((on - this.#simulation.now()) / 1000)) + this.#random.between(-2, 20));
  }

  /** @returns when the person sent it */
  receiveSms({ messageId, from, to, message }: ReceivedSms): number {
    const sentOn = this.#simulation.now();
    const data = { messageId, from, to, message, receivedTimestamp: new Date(sentOn).toISOString(), segmentCount: 1 };
    this.#post(this.#event('SMSReceived', `/phonenumber/${to}`, data), this.#random.between(0, 3));
    return sentOn;
  }

  #event(type: string, subject: string, data: object): object {
    this.#count += 1;
    return {
      ...{
        id: `event-${this.#count}`,
        topic: RESOURCE_ID,
        subject,
        data,
        eventType: `Microsoft.Communication.${type}`,
      },
      ...{ dataVersion: '1.0', metadataVersion: '1', eventTime: new Date(this.#simulation.now()).toISOString() },
    };
  }

  #post(event: object, delaySeconds: number): void {
    const { faults } = this.#simulation;
    const isLate = faults.strikes('eventDelayed') || faults.strikes('eventLost');
    const delay = isLate ? this.#random.between(60, LONGEST_DELAY_SECONDS) : Math.max(0, delaySeconds);
    this.#put(event, delay);
    if (faults.strikes('eventRepeated')) this.#put(event, delay + this.#random.between(0, 600));
  }

  #put(event: object, delaySeconds: number): void {
    this.#simulation.account.send(QUEUE, Buffer.from(JSON.stringify(event)).toString('base64'), delaySeconds);
    this.#posted(QUEUE);
  }
}
