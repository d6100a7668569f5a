import * as z from 'zod';
import { acsError } from '../http/serviceError.ts';

const DEFAULT_DELAY_MILLISECONDS = 200;
const MAXIMUM_DELAY_SECONDS = 86_400;

const DELAY_RULE = `must be a number from 0 to ${MAXIMUM_DELAY_SECONDS}`;

const MAXIMUM_DUPLICATES = 10;
const DUPLICATES_RULE = `must be a whole number from 0 to ${MAXIMUM_DUPLICATES}`;

/** Changes of how events are sent. */
export const eventChanges = z.strictObject({
  enabled: z.boolean().optional().describe('Whether changes create events. Those that are pending are still sent.'),
  delaySeconds: z
    .number()
    .min(0, DELAY_RULE)
    .max(MAXIMUM_DELAY_SECONDS, DELAY_RULE)
    .optional()
    .describe('Time from a change to its event.'),
  schema: z.enum(['eventGrid', 'cloudEvents']).optional().describe('The form of the events.'),
  order: z
    .enum(['oldestFirst', 'newestFirst'])
    .optional()
    .describe('Which of the events that are due is sent first. Up to 16 are sent at a time.'),
  duplicates: z
    .int(DUPLICATES_RULE)
    .min(0, DUPLICATES_RULE)
    .max(MAXIMUM_DUPLICATES, DUPLICATES_RULE)
    .optional()
    .describe('How many times each event is sent again, with the same id.'),
});

export type EventChanges = Readonly<z.infer<typeof eventChanges>>;

/** How events are sent, and how many. */
export const eventState = eventChanges.required().extend({
  pending: z.int().describe('Events that are still to be sent.'),
  sent: z.int().describe('Events that were sent since the last reset.'),
});

type Settings = Readonly<Omit<z.infer<typeof eventState>, 'pending' | 'sent'>>;

/** Whether, when and how events are sent. */
export class EventSettings {
  readonly #hasReceiver: boolean;
  readonly #initial: Settings;
  #settings: Settings;

  constructor(hasReceiver: boolean, delayMilliseconds = DEFAULT_DELAY_MILLISECONDS) {
    this.#hasReceiver = hasReceiver;
    this.#initial = {
      ...{ enabled: hasReceiver, delaySeconds: delayMilliseconds / 1000 },
      ...{ schema: 'eventGrid', order: 'oldestFirst', duplicates: 0 },
    };
    this.#settings = this.#initial;
  }

  get all(): Settings {
    return this.#settings;
  }

  /** Absent members keep their values. @throws ServiceError 400 if events have no receiver */
  change({ enabled, delaySeconds, schema, order, duplicates }: EventChanges): void {
    if (!this.#hasReceiver) {
      throw acsError(
        400,
        'InvalidEvents',
        'Events are unavailable: the emulator was started without --events-storage or, as a library, onEvent.',
      );
    }
    const { all } = this;
    this.#settings = {
      enabled: enabled ?? all.enabled,
      delaySeconds: delaySeconds ?? all.delaySeconds,
      schema: schema ?? all.schema,
      order: order ?? all.order,
      duplicates: duplicates ?? all.duplicates,
    };
  }

  reset(): void {
    this.#settings = this.#initial;
  }

  /** Returns the `eventsAt` to store with a change. @param at the time of the change, in epoch milliseconds */
  stamp(at: number): { readonly eventsAt?: number } {
    const { enabled, delaySeconds } = this.#settings;
    return enabled ? { eventsAt: at + Math.round(delaySeconds * 1000) } : {};
  }
}
