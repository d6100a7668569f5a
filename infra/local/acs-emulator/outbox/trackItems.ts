import type { Context } from '../context.ts';
import type { Channel } from '../inspection/items.ts';

export interface ItemReference {
  readonly channel: Channel;
  readonly id: string;
}

const MAXIMUM_REFERENCES = 100;

/**
 * Returns a context for one request, and the items that the request creates: a list that grows with each record, up to 100.
 * Other requests record in between, so the newest items of the outbox need not be those of this one.
 */
export function trackItems(context: Context): { readonly tracked: Context; readonly items: readonly ItemReference[] } {
  const { outbox, record } = context;
  const items: ItemReference[] = [];
  const tracked: Context = {
    ...context,
    record: (event) => {
      const { sequence, revision } = outbox;
      record(event);
      if (outbox.sequence === sequence) return;
      for (const change of outbox.changesSince(revision, MAXIMUM_REFERENCES) ?? []) {
        if (change.type !== 'item' || change.entry.sequence <= sequence) continue;
        const { channel, id } = change.entry;
        if (items.length < MAXIMUM_REFERENCES) items.push({ channel, id });
      }
    },
  };
  return { tracked, items };
}
