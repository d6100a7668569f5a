import type { ChatItem } from '../../../inspection/items.ts';
import { Fact, Facts, Identifier } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Avatar } from './avatar.tsx';
import type { Person } from './people.ts';

interface ChatParticipantsProps {
  readonly thread: ChatItem['conversation'];
  readonly people: ReadonlyMap<string, Person>;
}

const SHOWN_AVATARS = 8;

/** Who is in the thread. Opens to show everyone's raw id. */
export function ChatParticipants({ thread, people }: ChatParticipantsProps) {
  const persons = thread.participants.flatMap(({ id }) => people.get(id) ?? []);
  const count = persons.length;
  return (
    <details class="chat-people">
      <summary>
        <span class="avatars">
          {persons.slice(0, SHOWN_AVATARS).map((person) => (
            <Avatar key={person.id} person={person} />
          ))}
        </span>
        {count === 1 ? '1 participant' : `${count} participants`}
      </summary>
      <ul>
        {persons.map((person) => (
          <li key={person.id}>
            <Avatar person={person} />
            <span class="chat-person">
              <bdi>{person.name}</bdi>
              <Identifier name={`raw id of ${person.name}`} value={person.id} />
            </span>
          </li>
        ))}
      </ul>
      <Facts>
        <Fact label="Thread id">
          <Identifier name="thread id" value={thread.id} />
        </Fact>
        <Fact label="Created">
          <Moment at={thread.createdOn} />
        </Fact>
      </Facts>
    </details>
  );
}
