import type { ChatItem } from '../../inspection/items.ts';

export function ChatDetail({ item }: { readonly item: ChatItem; readonly mailbox: string }) {
  return <p>{item.preview}</p>;
}
