import type { ItemSummary } from '../../inspection/items.ts';
import { shortId } from '../ui/shortId.ts';

export interface ItemText {
  /** With whom it was exchanged, or what was called. */
  readonly title: string;
  /** Before the preview, and stronger. */
  readonly lead: string;
  readonly preview: string;
}

/** What a row of the list says about an item. */
export function textOf(item: ItemSummary): ItemText {
  const { channel, direction, from, fromName, to, subject, preview } = item;
  switch (channel) {
    case 'sms':
      return { title: direction === 'received' ? from : listed(to), lead: '', preview };
    case 'email':
      return { title: listed(to), lead: subject || '(no subject)', preview };
    case 'chat':
      // A raw id would fill the row.
      return { title: subject || 'Chat thread', lead: fromName ?? '', preview: preview || 'No message' };
    case 'identity':
      return { title: shortId(to[0] ?? item.id), lead: '', preview };
    case 'request':
      return { title: subject, lead: from, preview };
  }
}

function listed([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** One sentence for people who hear about an arrival. */
export function spokenText(item: ItemSummary): string {
  const { title, lead, preview } = textOf(item);
  return [title, lead, preview.slice(0, 80)].filter(Boolean).join(', ');
}
