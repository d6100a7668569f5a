import type { EmailDeliveryReport, ReceivedSms, SmsDeliveryReport } from '../contract/acsEvent.ts';
import { EVENT_TYPES } from '../contract/acsEvent.ts';
import type { Tables } from '../storage/tables.ts';
import { createDroppedEvents, type DroppedEventRow, type DroppedEvents, droppedEventRow } from './droppedEvents.ts';
import { type Read, readEvents } from './read.ts';

/** Where what the events say goes. */
export interface AcsEventSinks {
  /** Whether somebody of ours has sent the message. */
  readonly email: (report: EmailDeliveryReport) => Promise<'recorded' | 'unknown'>;
  /** Whether the report's tag names a chunk of a batch of ours. */
  readonly batch: (report: SmsDeliveryReport) => Promise<boolean>;
  /** As `email`. */
  readonly sms: (report: SmsDeliveryReport) => Promise<'recorded' | 'unknown'>;
  readonly received: (sms: ReceivedSms) => Promise<void>;
}

export interface AcsEvents {
  /**
   * Records what a message of Event Grid tells. What cannot be used is kept as dropped, with one line in the log.
   *
   * @param log takes one line; who writes it masks it
   * @throws Error when storage fails: the message may be delivered again, for nothing is recorded twice
   */
  record(message: unknown, log: (line: string) => void): Promise<void>;
}

export interface AcsEventsFacts {
  readonly tables: Tables;
  readonly now: () => Date;
  readonly sinks: AcsEventSinks;
  /** The ARM id of the resource whose events count; those of every resource of ACS when undefined. */
  readonly ownResourceId: string | undefined;
}

export function createAcsEvents({ tables, now, sinks, ownResourceId }: AcsEventsFacts): AcsEvents {
  const droppedEvents = createDroppedEvents(tables);
  return {
    record: async (message, log) => {
      const dropped: DroppedEventRow[] = [];
      const failures: unknown[] = [];
      for (const read of readEvents(message, ownResourceId)) {
        try {
          const reason = await deliver(read, sinks);
          if (reason !== undefined) dropped.push(droppedEventRow({ ...read, reason }, now()));
        } catch (error) {
          failures.push(error); // the others must not wait for this one
        }
      }
      await keepAll(droppedEvents, dropped, log);
      if (failures.length > 0) throw new AggregateError(failures, `Not recorded: ${failures.join('; ')}`);
    },
  };
}

const UNKNOWN_MESSAGE = 'unknown message';

/** Hands an event on; answers why it is dropped, if it is. */
async function deliver(read: Read, sinks: AcsEventSinks): Promise<string | undefined> {
  switch (read.kind) {
    case 'dropped':
      return read.reason;
    case 'ignored':
      return undefined;
    case 'receivedSms':
      await sinks.received(read.sms);
      return undefined;
    case 'emailReport':
      return (await sinks.email(read.report)) === 'unknown' ? UNKNOWN_MESSAGE : undefined;
    case 'smsReport':
      if (await sinks.batch(read.report)) return undefined;
      return (await sinks.sms(read.report)) === 'unknown' ? UNKNOWN_MESSAGE : undefined;
  }
}

async function keepAll(
  droppedEvents: DroppedEvents,
  rows: readonly DroppedEventRow[],
  log: (line: string) => void,
): Promise<void> {
  const distinct = new Map(rows.map((row) => [row.rowKey, row]));
  for (const row of distinct.values()) {
    await droppedEvents.keep(row);
    log(logLine(row));
  }
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.values(EVENT_TYPES));

/** One line whatever the event holds: a type that is not known is its sender's text. */
function logLine({ day, rowKey, values: { reason, type } }: DroppedEventRow): string {
  return `dropped an event: ${printable(reason)}; type=${KNOWN_TYPES.has(type) ? type : '-'} kept=${day}/${rowKey}`;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
