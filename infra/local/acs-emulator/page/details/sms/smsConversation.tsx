import { useEffect, useRef } from 'preact/hooks';
import type { SmsBubble, SmsItem } from '../../../inspection/items.ts';
import { useHrefInList } from '../../state/navigation.tsx';
import { dayOf } from '../parts/dayNames.ts';
import { Clock, DaySeparator } from '../parts/days.tsx';
import { SmsFacts } from './smsFacts.tsx';

interface SmsConversationProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** The messages between a number of the resource and a phone, with the facts of the selected one below it. */
export function SmsConversation({ item, mailbox }: SmsConversationProps) {
  const { conversation, id } = item;
  const hrefOf = useHrefInList();
  const selected = useRef<HTMLLIElement>(null);
  useEffect(() => selected.current?.scrollIntoView({ block: 'nearest' }), [id]);
  return (
    <ol class="sms-conversation" aria-label="Conversation">
      {conversation.map((bubble, index) => {
        const previous = conversation[index - 1];
        const isSelected = bubble.id === id;
        return (
          <li key={bubble.id} ref={isSelected ? selected : null} class={`sms-row ${bubble.direction}`}>
            {(!previous || dayOf(previous.at) !== dayOf(bubble.at)) && <DaySeparator at={bubble.at} />}
            <Bubble bubble={bubble} href={isSelected ? undefined : hrefOf({ channel: 'sms', id: bubble.id })} />
            {isSelected && <SmsFacts key={id} item={item} mailbox={mailbox} />}
          </li>
        );
      })}
    </ol>
  );
}

/** @param href of a message that can be selected; the selected one is no link, so that its text can be marked and copied */
function Bubble({ bubble, href }: { readonly bubble: SmsBubble; readonly href: string | undefined }) {
  const { message, at, status, direction } = bubble;
  const content = (
    <>
      <span class="visually-hidden">{direction === 'sent' ? 'Sent: ' : 'Received: '}</span>
      <span class="sms-message" dir="auto">
        {message}
      </span>
      <span class="sms-meta">
        <Clock at={at} />
        {direction === 'sent' && <span class={status === 'Failed' ? 'sms-failed' : ''}>{` · ${status}`}</span>}
      </span>
    </>
  );
  if (href === undefined) {
    return (
      <div class="sms-bubble selected" aria-current="true">
        {content}
      </div>
    );
  }
  return (
    <a class="sms-bubble" href={href}>
      {content}
    </a>
  );
}
