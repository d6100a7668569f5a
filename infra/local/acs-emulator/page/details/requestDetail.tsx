import type { RequestItem } from '../../inspection/items.ts';

export function RequestDetail({ item }: { readonly item: RequestItem; readonly mailbox: string }) {
  return <p>{item.preview}</p>;
}
