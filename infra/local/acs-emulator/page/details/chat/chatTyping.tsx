import { useEffect, useState } from 'preact/hooks';
import type { ChatItem } from '../../../inspection/items.ts';
import type { Person } from './people.ts';

interface ChatTypingProps {
  readonly thread: ChatItem['conversation'];
  readonly people: ReadonlyMap<string, Person>;
}

/** How long a notification is shown; the emulator forgets it after as long. */
const SHOWN_MILLISECONDS = 8000;

/** Who is typing. What was received with the thread disappears by itself, since nothing announces the end of typing. */
export function ChatTyping({ thread: { typing }, people }: ChatTypingProps) {
  const [ended, setEnded] = useState<typeof typing>();
  useEffect(() => {
    const timer = setTimeout(() => setEnded(typing), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typing]);
  const names = ended === typing ? [] : typing.map(({ id, displayName }) => displayName || people.get(id)?.name || id);
  return (
    <p class="chat-typing" role="status">
      {names.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {`${new Intl.ListFormat('en').format(names)} ${names.length === 1 ? 'is' : 'are'} typing`}
        </>
      )}
    </p>
  );
}
