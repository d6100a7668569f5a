import type { IdentityItem } from '../../inspection/items.ts';

export function IdentityDetail({ item }: { readonly item: IdentityItem; readonly mailbox: string }) {
  return <p>{item.id}</p>;
}
