import type { Item, ItemSummary } from '../../inspection/items.ts';
import { getItem, messageOf } from '../api.ts';
import { copyText } from '../ui/clipboard.ts';
import { useToast } from '../ui/toast.tsx';

/** How many of the newest items are searched for a code or link, if none is open. */
const ITEMS_READ = 10;

/** Returns how to copy the first code or link of the open item or, if none is open, of the newest one that has any. */
export function useCopyFound(mailbox: string, open: Item | undefined, newest: readonly ItemSummary[]) {
  const toast = useToast();
  const copy = async (kind: 'codes' | 'links') => {
    const found = open ? firstOf(open, kind) : await newestOf(mailbox, newest, kind);
    const what = kind === 'codes' ? 'code' : 'link';
    if (found === undefined) return toast(open ? `No ${what} in this item` : `No ${what} in the newest items`, 'bad');
    await copyText(found);
    toast(`Copied ${found}`);
  };
  return (kind: 'codes' | 'links') => {
    copy(kind).catch((error: unknown) => toast(messageOf(error), 'bad'));
  };
}

function firstOf(item: Item, kind: 'codes' | 'links'): string | undefined {
  return 'codes' in item ? item[kind][0] : undefined;
}

async function newestOf(mailbox: string, newest: readonly ItemSummary[], kind: 'codes' | 'links') {
  for (const { channel, id } of newest.slice(0, ITEMS_READ)) {
    const found = firstOf(await getItem(mailbox, channel, id), kind);
    if (found !== undefined) return found;
  }
  return undefined;
}
