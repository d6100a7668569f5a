import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Tables } from '../storage/tables.ts';

/** An event that nobody could make use of, and why. */
export interface DroppedEvent {
  readonly reason: string;
  /** Empty for what is no event. */
  readonly type: string;
  /** As it came. */
  readonly event: unknown;
}

/** How it is kept. */
export interface DroppedEventRow {
  /** Of UTC. */
  readonly day: string;
  /** A hash of the whole text: a repetition on the same day is kept once. */
  readonly rowKey: string;
  readonly values: {
    readonly reason: string;
    readonly type: string;
    readonly receivedOn: string;
    readonly text: string;
  };
}

export const DROPPED_EVENTS_TABLE = 'droppedevents';

/** In a row, which holds 32,768 UTF-16 units of text, and more for whoever looks at it. */
const MAXIMUM_TEXT_LENGTH = 16_000;
const MAXIMUM_NAME_LENGTH = 200;

/** Hexadecimal digits: enough to tell texts apart. */
const ROW_KEY_LENGTH = 32;

export function droppedEventRow({ reason, type, event }: DroppedEvent, now: Date): DroppedEventRow {
  const text = textOf(event);
  const receivedOn = now.toISOString();
  return {
    day: receivedOn.slice(0, 'yyyy-mm-dd'.length),
    rowKey: hash('sha256', text, 'hex').slice(0, ROW_KEY_LENGTH),
    values: {
      reason: cut(reason, MAXIMUM_NAME_LENGTH),
      type: cut(type, MAXIMUM_NAME_LENGTH),
      receivedOn,
      text: cut(text, MAXIMUM_TEXT_LENGTH),
    },
  };
}

/** Keeps what was dropped, so that nothing is lost without a trace. */
export interface DroppedEvents {
  keep(row: DroppedEventRow): Promise<void>;
}

export function createDroppedEvents(tables: Tables): DroppedEvents {
  const table = tables.table(DROPPED_EVENTS_TABLE);
  return {
    keep: async ({ day, rowKey, values }) => {
      await table.insert(day, rowKey, values);
    },
  };
}

/** As JSON; what is nested too deeply for that, as far down as anybody reads. */
function textOf(event: unknown): string {
  try {
    return JSON.stringify(event ?? null);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return inspect(event, { depth: 16, maxArrayLength: 100, maxStringLength: MAXIMUM_TEXT_LENGTH });
  }
}

function cut(text: string, maximumLength: number): string {
  return text.slice(0, maximumLength).toWellFormed();
}
