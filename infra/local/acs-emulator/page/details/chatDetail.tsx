import { useMemo } from 'preact/hooks';
import type { ChatItem } from '../../inspection/items.ts';
import { ChatMessages } from './chat/chatMessages.tsx';
import { ChatParticipants } from './chat/chatParticipants.tsx';
import { ChatTyping } from './chat/chatTyping.tsx';
import { peopleOf } from './chat/people.ts';
import { Moment } from './parts/moment.tsx';
import './chat/chat.css';
import './parts/detail.css';

/** A thread as a conversation; one of its messages is selected. */
export function ChatDetail({ item }: { readonly item: ChatItem; readonly mailbox: string }) {
  const thread = item.conversation;
  const people = useMemo(() => peopleOf(thread), [thread]);
  return (
    <div class="item-detail chat-detail">
      <h2 class="item-title" dir="auto">
        {thread.topic || 'Thread without a topic'}
      </h2>
      <ChatParticipants thread={thread} people={people} />
      {thread.deletedOn !== undefined && (
        <p class="chat-gone">
          This thread was deleted on <Moment at={thread.deletedOn} />
        </p>
      )}
      <ChatMessages item={item} people={people} />
      <ChatTyping thread={thread} people={people} />
    </div>
  );
}
