import { Fields } from '../http/fields.ts';
import { invalidControl } from '../http/serviceError.ts';
import type { EventSchema } from './eventSource.ts';

const DEFAULT_DELAY_MILLISECONDS = 200;
const MAXIMUM_DELAY_SECONDS = 86_400;

const SCHEMAS: readonly EventSchema[] = ['eventGrid', 'cloudEvents'];
const NAMES = ['enabled', 'delaySeconds', 'schema'];

export interface EventChanges {
  readonly enabled?: boolean;
  readonly delaySeconds?: number;
  readonly schema?: EventSchema;
}

/** Whether, when and how events are sent. */
export class EventSettings {
  readonly #hasStorage: boolean;
  #enabled: boolean;
  #delayMilliseconds: number;
  #schema: EventSchema = 'eventGrid';

  constructor(hasStorage: boolean, delayMilliseconds = DEFAULT_DELAY_MILLISECONDS) {
    this.#hasStorage = hasStorage;
    this.#enabled = hasStorage;
    this.#delayMilliseconds = delayMilliseconds;
  }

  get schema(): EventSchema {
    return this.#schema;
  }

  get all(): Required<EventChanges> {
    return { enabled: this.#enabled, delaySeconds: this.#delayMilliseconds / 1000, schema: this.#schema };
  }

  /** @throws ServiceError 400 if the emulator has no event storage */
  change({ enabled, delaySeconds, schema }: EventChanges): void {
    if (!this.#hasStorage) {
      throw invalidEvents(
        '',
        'Events are unavailable: the emulator was started without --events-storage or, as a library, onEvent.',
      );
    }
    if (enabled !== undefined) this.#enabled = enabled;
    if (delaySeconds !== undefined) this.#delayMilliseconds = delaySeconds * 1000;
    if (schema !== undefined) this.#schema = schema;
  }

  /** Returns the `eventsAt` to store with a change. @param at the time of the change, in epoch milliseconds */
  stamp(at: number): { readonly eventsAt?: number } {
    return this.#enabled ? { eventsAt: at + this.#delayMilliseconds } : {};
  }
}

const invalidEvents = invalidControl('InvalidEvents');

/** @throws ServiceError 400 `InvalidEvents` */
export function readEventChanges(value: unknown): EventChanges {
  const body = new Fields(value, '', invalidEvents);
  body.allowOnly(NAMES);
  const enabled = body.optionalBoolean('enabled');
  const delaySeconds = readDelay(body);
  const schema = readSchema(body);
  return {
    ...(enabled !== undefined && { enabled }),
    ...(delaySeconds !== undefined && { delaySeconds }),
    ...(schema !== undefined && { schema }),
  };
}

function readDelay(body: Fields): number | undefined {
  const delay = body.value('delaySeconds');
  if (delay === undefined || (typeof delay === 'number' && delay >= 0 && delay <= MAXIMUM_DELAY_SECONDS)) return delay;
  throw body.invalid('delaySeconds', `must be a number from 0 to ${MAXIMUM_DELAY_SECONDS}`);
}

function readSchema(body: Fields): EventSchema | undefined {
  const text = body.optionalString('schema');
  const schema = SCHEMAS.find((it) => it === text);
  if (text === undefined || schema !== undefined) return schema;
  throw body.invalid('schema', `must be ${SCHEMAS.join(' or ')}`);
}
