import { v4 } from 'uuid';
import { type AuditEntryView, type AuditResource, type AuditTrigger, auditEntry } from '../contract/audit.ts';
import type { RowValues } from '../storage/tables.ts';

/**
 * What was done or refused. Holds codes, counts, and ids that ACS or Switchboard made: nothing that a caller wrote, no
 * number, no address.
 */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly trigger: AuditTrigger;
  /** The client's name; `OPERATOR_NAME` for operators' commands. */
  readonly client: string;
  readonly operation: string;
  /** The HTTP status of the answer; absent where no request was answered. */
  readonly status?: number | undefined;
  /** Of the error. */
  readonly code?: string | undefined;
  /** Made by Switchboard for an HTTP request, by the queue for a message. */
  readonly requestId?: string | undefined;
  /** ACS's id of the user in whose name it was done in chat. */
  readonly actingUser?: string | undefined;
  readonly resource?: AuditResource | undefined;
  readonly recipients?: { readonly accepted: number; readonly refused: number } | undefined;
  /** The same for every repetition of one event; random where there are none. */
  readonly occurrence?: string | undefined;
}

/** Under which commands of operators are recorded. */
export const OPERATOR_NAME = 'operator';

/** Row keys sort as text, and lists begin with the newest. */
const LAST_TIME = 9_999_999_999_999;
const keyTime = (time: number) => String(LAST_TIME - Math.min(Math.max(time, 0), LAST_TIME)).padStart(13, '0');

export function entryKey({ time, occurrence = v4() }: Pick<AuditEntry, 'time' | 'occurrence'>): string {
  return `${keyTime(time)}-${occurrence}`;
}

/** The row keys of entries from `from` on and before `to` (epoch milliseconds). */
export function keyRange(from = 0, to = LAST_TIME): { readonly from: string; readonly before: string } {
  return { from: keyTime(to - 1), before: `${keyTime(from)}.` }; // '.' sorts after '-'
}

/** A client may be called as the operators' commands are: its entries stand apart from theirs. */
export const OPERATORS_PARTITION = 'operators';
export const clientPartition = (client: string) => `client-${client}`;

export function partitionOf({ trigger, client }: Pick<AuditEntry, 'trigger' | 'client'>): string {
  return trigger === 'operator' ? OPERATORS_PARTITION : clientPartition(client);
}

export function toValues({ time, resource, recipients, occurrence: _, ...entry }: AuditEntry): RowValues {
  const values = {
    ...{ ...entry, time: new Date(time).toISOString() },
    ...{ resourceType: resource?.type, resourceId: resource?.id },
    ...{ accepted: recipients?.accepted, refused: recipients?.refused },
  };
  return Object.fromEntries(Object.entries(values).flatMap(([name, it]) => (it === undefined ? [] : [[name, it]])));
}

/** An entry as it stands in answers. */
export function toView(values: RowValues): AuditEntryView {
  const { resourceType: type, resourceId: id, accepted, refused, ...entry } = values;
  return auditEntry.parse({
    ...entry,
    ...('resourceId' in values ? { resource: { type, id } } : {}),
    ...('accepted' in values ? { recipients: { accepted, refused } } : {}),
  });
}
