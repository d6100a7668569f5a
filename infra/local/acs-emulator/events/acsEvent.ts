import { v5 as uuidOf } from 'uuid';

export type EventSchema = 'eventGrid' | 'cloudEvents';

/** An event of the resource, in neither schema yet. */
export interface AcsEvent {
  readonly type: `Microsoft.Communication.${string}`;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it is about, unlike any other event of its type. */
  readonly about: string;
  readonly data: object;
}

/** The resource as Event Grid names it. */
export const TOPIC =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local' +
  '/providers/Microsoft.Communication/CommunicationServices/emulator';

/**
 * An event as Event Grid puts it into a storage queue: one JSON object. An event that is sent again has the same id.
 *
 * @see "Azure Event Grid event schema"; "CloudEvents v1.0 schema with Azure Event Grid"
 */
export function writeEvent({ type, subject, at, about, data }: AcsEvent, schema: EventSchema): string {
  const id = uuidOf(`${TOPIC}/${type}/${about}`, uuidOf.URL);
  const time = new Date(at).toISOString();
  return JSON.stringify(
    schema === 'cloudEvents'
      ? { specversion: '1.0', id, source: TOPIC, type, subject, time, data }
      : { id, topic: TOPIC, subject, data, eventType: type, dataVersion: '1.0', metadataVersion: '1', eventTime: time },
  );
}
