import type { Item } from '../../inspection/items.ts';
import { ChatDetail } from './chatDetail.tsx';
import { EmailDetail } from './emailDetail.tsx';
import { IdentityDetail } from './identityDetail.tsx';
import { RequestDetail } from './requestDetail.tsx';
import { SmsDetail } from './smsDetail.tsx';

/** One item with all that is known about it. */
export function ItemDetail({ item, mailbox }: { readonly item: Item; readonly mailbox: string }) {
  switch (item.channel) {
    case 'sms':
      return <SmsDetail item={item} mailbox={mailbox} />;
    case 'email':
      return <EmailDetail item={item} mailbox={mailbox} />;
    case 'chat':
      return <ChatDetail item={item} mailbox={mailbox} />;
    case 'identity':
      return <IdentityDetail item={item} mailbox={mailbox} />;
    case 'request':
      return <RequestDetail item={item} mailbox={mailbox} />;
  }
}
