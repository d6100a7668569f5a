import type { EmailItem } from '../../inspection/items.ts';
import { EmailContent } from './email/emailContent.tsx';
import { EmailHeader } from './email/emailHeader.tsx';
import './parts/detail.css';
import './email/email.css';

interface EmailDetailProps {
  readonly item: EmailItem;
  readonly mailbox: string;
}

export function EmailDetail({ item, mailbox }: EmailDetailProps) {
  return (
    <div class="item-detail email-detail">
      <EmailHeader item={item} mailbox={mailbox} />
      <EmailContent key={item.id} item={item} mailbox={mailbox} />
    </div>
  );
}
