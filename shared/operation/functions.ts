import type { FunctionHandler, HttpMethod } from '@azure/functions';

/** What the host must know of a function before its first invocation. Plain data, which a build writes down. */
export type Trigger =
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly methods: readonly HttpMethod[];
      /** Route template without a leading slash. */
      readonly route: string;
    }
  | { readonly kind: 'queue'; readonly name: string; readonly queue: string }
  | {
      readonly kind: 'timer';
      readonly name: string;
      /** NCRONTAB with seconds, in UTC. */
      readonly schedule: string;
    };

/** The triggers and handlers of all loaded declarations. The handlers are found by name. */
export const triggers: Trigger[] = [];
export const handlers = new Map<string, FunctionHandler>();

export function declareFunction(trigger: Trigger, handler: FunctionHandler): void {
  triggers.push(trigger);
  handlers.set(trigger.name, handler);
}
