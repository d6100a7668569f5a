import { Clock } from '../parts/days.tsx';
import type { ChatMessage } from './chatRows.ts';
import type { Person } from './people.ts';

interface ChatSystemMessageProps {
  readonly message: ChatMessage;
  readonly people: ReadonlyMap<string, Person>;
}

/** What happened to the thread: a new topic, or people who were added or removed. */
export function ChatSystemMessage({ message, people }: ChatSystemMessageProps) {
  return (
    <p class="chat-system">
      <bdi>{textOf(message, people)}</bdi> · <Clock at={message.at} />
    </p>
  );
}

function textOf({ type, content }: ChatMessage, people: ReadonlyMap<string, Person>): string {
  if (type === 'topicUpdated') return `Topic set to “${content}”`;
  // Those without a name are there by their raw ids.
  const parts = content.split(', ').map((it) => people.get(it)?.name ?? it);
  const names = parts.join(', ');
  return type === 'participantAdded' ? `Added ${names}` : `Removed ${names}`;
}
