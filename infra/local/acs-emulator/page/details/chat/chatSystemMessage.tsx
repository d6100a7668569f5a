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
  const ids = content.split(',').map((it) => it.trim());
  const names = new Intl.ListFormat('en').format(ids.map((id) => people.get(id)?.name ?? id));
  return type === 'participantAdded' ? `Added ${names}` : `Removed ${names}`;
}
