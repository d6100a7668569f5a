import type { SmsItem } from '../../inspection/items.ts';
import { SmsConversation } from './sms/smsConversation.tsx';
import { SmsReply } from './sms/smsReply.tsx';
import './parts/detail.css';
import './sms/sms.css';

interface SmsDetailProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** The conversation of an SMS message. */
export function SmsDetail({ item, mailbox }: SmsDetailProps) {
  return (
    <div class="detail sms-detail">
      <SmsConversation item={item} mailbox={mailbox} />
      <SmsReply item={item} mailbox={mailbox} />
    </div>
  );
}
