import type { EmailItem } from '../../inspection/items.ts';

export function EmailDetail({ item }: { readonly item: EmailItem; readonly mailbox: string }) {
  return <p>{item.preview}</p>;
}
