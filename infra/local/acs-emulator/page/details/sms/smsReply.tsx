import { useId, useState } from 'preact/hooks';
import type { SmsItem } from '../../../inspection/items.ts';
import { send } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../parts/useAction.ts';
import { endsOf } from './smsEnds.ts';

/** @see https://learn.microsoft.com/azure/communication-services/concepts/sms/sms-faq on opt-out handling */
const QUICK_REPLIES = ['STOP', 'START', 'HELP'];

interface SmsReplyProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** Answers in a conversation as the phone. */
export function SmsReply({ item, mailbox }: SmsReplyProps) {
  const { phone, number } = endsOf(item);
  const hintId = useId();
  const [message, setMessage] = useState('');
  const { isRunning, run } = useAction();
  const reply = (text: string, onSuccess?: () => void) => {
    const body = { from: phone, to: number, message: text };
    run(() => send('POST', 'sms/incoming', { mailbox }, body), 'Received', onSuccess);
  };
  const submit = () => {
    if (message.trim() !== '' && !isRunning) reply(message, () => setMessage(''));
  };
  return (
    <form
      class="sms-reply"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="sms-quick">
        <span id={hintId}>Reply as {phone}</span>
        {QUICK_REPLIES.map((text) => (
          <Button key={text} disabled={isRunning} onClick={() => reply(text)}>
            {text}
          </Button>
        ))}
      </div>
      <div class="sms-write">
        <textarea
          rows={1}
          dir="auto"
          aria-labelledby={hintId}
          placeholder="Message"
          value={message}
          onInput={(event) => setMessage(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <Button type="submit" kind="primary" disabled={isRunning || message.trim() === ''}>
          Send
        </Button>
      </div>
    </form>
  );
}
