import type { SmsItem } from '../../inspection/items.ts';
import { CopyButton } from '../ui/copyButton.tsx';
import { SmsConversation } from './sms/smsConversation.tsx';
import { endsOf } from './sms/smsEnds.ts';
import { SmsReply } from './sms/smsReply.tsx';
import './parts/detail.css';
import './sms/sms.css';

interface SmsDetailProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** The conversation of an SMS message. */
export function SmsDetail({ item, mailbox }: SmsDetailProps) {
  const { phone, number } = endsOf(item);
  return (
    <div class="item-detail sms-detail">
      <header class="sms-head">
        <h2 class="item-title">{phone}</h2>
        <CopyButton text={phone} label="Copy the phone number" />
        <span class="fact-note">with {number}</span>
      </header>
      <SmsConversation item={item} mailbox={mailbox} />
      <SmsReply item={item} mailbox={mailbox} />
    </div>
  );
}
