import type { SmsItem } from '../../inspection/items.ts';

export function SmsDetail({ item }: { readonly item: SmsItem; readonly mailbox: string }) {
  return <p>{item.message}</p>;
}
