import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { EVENT_TYPES } from '../contract/acsEvent.ts';
import type { Table } from '../storage/tables.ts';

/** An event that could not be used, and why. */
export interface DroppedEvent {
  readonly reason: string;
  /** Empty for a value that is not an event. */
  readonly type: string;
  /** As received. */
  readonly event: unknown;
}

/** A dropped event as it is stored. */
export interface DroppedEventRow {
  /** In UTC. */
  readonly day: string;
  /** A hash of the whole text, so that a repetition on the same day is stored once. */
  readonly rowKey: string;
  readonly values: {
    readonly reason: string;
    readonly type: string;
    readonly receivedOn: string;
    readonly text: string;
  };
}

export const DROPPED_EVENTS_TABLE = 'droppedevents';

/** Fits into a column, which holds 32,768 UTF-16 units. */
const MAXIMUM_TEXT_LENGTH = 16_000;
const MAXIMUM_NAME_LENGTH = 200;

/** Hexadecimal digits, enough to make collisions improbable. */
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

/** Stores dropped events for inspection, each once, and logs a line for each. */
export async function storeDroppedEvents(
  table: Table,
  rows: readonly DroppedEventRow[],
  log: (line: string) => void,
): Promise<void> {
  const distinct = new Map(rows.map((row) => [row.rowKey, row]));
  for (const row of distinct.values()) {
    await table.insert(row.day, row.rowKey, row.values);
    log(logLine(row));
  }
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.values(EVENT_TYPES));

/** Always a single line. An unknown type is not logged, because its sender may have written anything into it. */
function logLine({ day, rowKey, values: { reason, type } }: DroppedEventRow): string {
  return `dropped an event: ${printable(reason)}; type=${KNOWN_TYPES.has(type) ? type : '-'} kept=${day}/${rowKey}`;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** The event as JSON, or to a limited depth if it is nested too deeply for JSON. */
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
