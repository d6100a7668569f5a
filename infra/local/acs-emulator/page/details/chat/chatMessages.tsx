import { useEffect, useMemo, useRef } from 'preact/hooks';
import { chatItemId } from '../../../inspection/chatItemId.ts';
import type { ChatItem } from '../../../inspection/items.ts';
import { useHrefInList } from '../../state/navigation.tsx';
import { DaySeparator } from '../parts/days.tsx';
import { useFollowEnd } from '../parts/followEnd.ts';
import { ChatMessageRow } from './chatMessageRow.tsx';
import { chatRows } from './chatRows.ts';
import { ChatSystemMessage } from './chatSystemMessage.tsx';
import type { Person } from './people.ts';
import { ReadBy } from './readBy.tsx';

interface ChatMessagesProps {
  readonly item: ChatItem;
  readonly people: ReadonlyMap<string, Person>;
}

export function ChatMessages({ item, people }: ChatMessagesProps) {
  const { conversation, message: selected } = item;
  const hrefOf = useHrefInList();
  const rows = useMemo(() => chatRows(conversation), [conversation]);
  const selectedRow = useRef<HTMLLIElement>(null);
  const end = useFollowEnd(rows.length);
  useEffect(() => selectedRow.current?.scrollIntoView({ block: 'nearest' }), [item.id]);
  return (
    <>
      <ol class="chat-messages" aria-label="Messages">
        {rows.map(({ message, startsDay, startsGroup, readers }) => {
          const isSelected = message.id === selected?.id;
          return (
            <li key={message.id} ref={isSelected ? selectedRow : null} class={startsGroup ? 'starts-group' : ''}>
              {startsDay && <DaySeparator at={message.at} />}
              {message.type === 'text' || message.type === 'html' ? (
                <ChatMessageRow
                  message={message}
                  people={people}
                  isNamed={startsGroup}
                  selected={isSelected ? item : undefined}
                  href={hrefOf({ channel: 'chat', id: chatItemId(conversation.id, message.id) })}
                />
              ) : (
                <ChatSystemMessage message={message} people={people} />
              )}
              <ReadBy readers={readers} people={people} />
            </li>
          );
        })}
      </ol>
      <div ref={end} />
    </>
  );
}
