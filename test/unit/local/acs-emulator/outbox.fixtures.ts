import type { Channel, ItemSummary } from '../../../../infra/local/acs-emulator/inspection/items.ts';
import type { ChannelView, Unplaced } from '../../../../infra/local/acs-emulator/outbox/channelView.ts';
import { Outbox } from '../../../../infra/local/acs-emulator/outbox/outbox.ts';

export interface Note {
  readonly to?: string;
  readonly from?: string;
  readonly subject?: string;
  readonly status?: string;
  readonly text?: string;
  readonly thread?: string;
  readonly sizeBytes?: number;
  /** Statuses that it takes later, by time. */
  readonly later?: readonly (readonly [at: number, status: string])[];
}

/** Channels whose content is set by the test. */
export class Notes {
  now = Date.parse('2026-01-15T08:30:00.000Z');
  readonly outbox: Outbox;
  readonly removed: string[] = [];
  readonly #content = new Map<string, Note>();

  constructor(
    limits: { readonly maximumItems?: number; readonly maximumBytes?: number } = {},
    channels: readonly Channel[] = ['sms', 'email', 'request'],
  ) {
    this.outbox = new Outbox({
      views: channels.map((channel) => this.#view(channel, limits.maximumBytes)),
      now: () => new Date(this.now),
      maximumItems: limits.maximumItems,
    });
  }

  /** Creates or changes an item. */
  put(id: string, note: Note = {}, channel: Channel = 'sms'): void {
    this.#content.set(`${channel} ${id}`, note);
    this.outbox.note(channel, id);
  }

  delete(id: string, channel: Channel = 'sms'): void {
    this.#content.delete(`${channel} ${id}`);
    this.outbox.note(channel, id);
  }

  clear(): void {
    this.#content.clear();
    this.outbox.clear();
  }

  ids(filter: Parameters<Outbox['items']>[0] = {}): string[] {
    return this.outbox.items(filter, 1000).value.map(({ id }) => id);
  }

  #view(channel: Channel, maximumBytes: number | undefined): ChannelView {
    const find = (id: string) => this.#content.get(`${channel} ${id}`);
    const summary = (id: string): Unplaced<ItemSummary> | undefined => {
      const note = find(id);
      if (!note) return undefined;
      const { to, from = '', subject = '', status = 'Sent', text = '', thread, later = [] } = note;
      return {
        ...{ channel, id, at: new Date(this.now).toISOString(), direction: 'sent', from, subject },
        ...{ to: to === undefined ? [] : [to], preview: text.slice(0, 200) },
        status: later.findLast(([at]) => at <= this.now)?.[1] ?? status,
        ...(thread !== undefined && { thread }),
      };
    };
    return {
      channel,
      ...(maximumBytes !== undefined && { maximumBytes }),
      changedBy: () => [],
      has: (id) => find(id) !== undefined,
      summary,
      // Only what the outbox adds to items is under test.
      item: (id) => summary(id) as ReturnType<ChannelView['item']>,
      text: (id) => find(id)?.text ?? '',
      sizeBytes: (id) => find(id)?.sizeBytes ?? 0,
      changesAt: (id) => find(id)?.later?.find(([at]) => at > this.now)?.[0],
      remove: (id) => {
        this.removed.push(id);
        this.#content.delete(`${channel} ${id}`);
      },
    };
  }
}
