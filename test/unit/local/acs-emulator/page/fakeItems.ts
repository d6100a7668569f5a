import type { Channel, ItemPage, ItemSummary } from '../../../../../infra/local/acs-emulator/inspection/items.ts';

/** An item whose id, revision and sequence are those of the number, unless given. */
export function fakeItem(number: number, parts: Partial<ItemSummary> = {}): ItemSummary {
  const channel: Channel = 'sms';
  return {
    ...{ channel, id: `id-${number}`, revision: number, sequence: number, at: '2026-01-02T03:04:05.000Z' },
    ...{
      direction: 'sent',
      from: '+18005550100',
      to: ['+14255550123'],
      subject: '',
      preview: 'Hello',
      status: 'Delivered',
    },
    ...parts,
  };
}

export function fakePage(numbers: readonly number[], parts: Partial<ItemPage> = {}): ItemPage {
  return { value: numbers.map((it) => fakeItem(it)), total: numbers.length, ...parts };
}

export function sequencesOf({ loaded }: { readonly loaded: readonly ItemSummary[] }): number[] {
  return loaded.map(({ sequence }) => sequence);
}
