import type { ChatItem } from '../../../inspection/items.ts';
import { Copyables } from '../parts/copyables.tsx';
import { Clock } from '../parts/days.tsx';
import { Fact, Facts, Identifier } from '../parts/facts.tsx';
import { LongText } from '../parts/longText.tsx';
import { Avatar } from './avatar.tsx';
import type { ChatMessage } from './chatRows.ts';
import type { Person } from './people.ts';

/** Of a message, in the name of the link to it. */
const NAME_CHARACTERS = 60;

interface ChatMessageRowProps {
  readonly message: ChatMessage;
  readonly people: ReadonlyMap<string, Person>;
  /** Whether the sender is shown, which the message above may already do. */
  readonly isNamed: boolean;
  /** The item of the message, if it is the selected one. */
  readonly selected: ChatItem | undefined;
  /** Of the item of the message. */
  readonly href: string;
}

export function ChatMessageRow({ message, people, isNamed, selected, href }: ChatMessageRowProps) {
  const person = people.get(message.sender ?? '');
  return (
    <div class={`chat-row ${selected ? 'selected' : ''}`} aria-current={selected ? 'true' : undefined}>
      <div class="chat-side">{isNamed && person && <Avatar person={person} />}</div>
      <div class="chat-body">
        {isNamed && (
          <p class="chat-name">
            <bdi class={person && `person-${person.color}`}>{message.senderDisplayName || person?.name}</bdi>
            <Clock at={message.at} />
          </p>
        )}
        <ChatText message={message} />
        {!selected && (
          <a
            class="chat-select"
            href={href}
            aria-label={`Details: ${message.content.slice(0, NAME_CHARACTERS) || 'deleted message'}`}
          >
            <span>Details</span>
          </a>
        )}
        {selected && <ChatFacts item={selected} message={message} />}
      </div>
    </div>
  );
}

/** The HTML of a message is shown as it was sent, and never rendered. */
function ChatText({ message: { type, content, editedOn, deletedOn } }: { readonly message: ChatMessage }) {
  if (deletedOn !== undefined) {
    return (
      <p class="chat-deleted">
        Message deleted <Clock at={deletedOn} />
      </p>
    );
  }
  return (
    <>
      <LongText text={content} isCode={type === 'html'} />
      {(type === 'html' || editedOn !== undefined) && (
        <p class="chat-notes">
          {type === 'html' && <span title="HTML is shown as it was sent, not rendered">HTML</span>}
          {editedOn !== undefined && (
            <span>
              edited <Clock at={editedOn} />
            </span>
          )}
        </p>
      )}
    </>
  );
}

function ChatFacts({ item, message }: { readonly item: ChatItem; readonly message: ChatMessage }) {
  const metadata = Object.entries(message.metadata ?? {});
  return (
    <div class="chat-facts">
      <Copyables codes={item.codes} links={item.links} />
      <Facts>
        <Fact label="Message id">
          <Identifier name="message id" value={message.id} />
        </Fact>
        {message.sender !== undefined && (
          <Fact label="Sender">
            <Identifier name="sender's raw id" value={message.sender} />
          </Fact>
        )}
        {metadata.length > 0 && (
          <Fact label="Metadata">
            <ul class="pairs">
              {metadata.map(([name, value]) => (
                <li key={name}>
                  <code>{name}</code> {value}
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </Facts>
    </div>
  );
}
