import type { ChatItem } from '../../../inspection/items.ts';
import { dayOf } from '../parts/dayNames.ts';

type Thread = ChatItem['conversation'];
export type ChatMessage = Thread['messages'][number];
export type Receipt = Thread['receipts'][number];

export interface ChatRow {
  readonly message: ChatMessage;
  /** The first one of its day. */
  readonly startsDay: boolean;
  /** The first one of its sender in a row. */
  readonly startsGroup: boolean;
  /** Who has read up to here, and not further. */
  readonly readers: readonly Receipt[];
}

/** A pause after which the sender is named again. */
const GROUP_MILLISECONDS = 5 * 60 * 1000;

/** Lays out the messages of a thread, oldest first. */
export function chatRows({ messages, receipts }: Thread): ChatRow[] {
  const readersAt = Map.groupBy(receipts, ({ messageId }) => shownFor(messageId, messages));
  return messages.map((message, index) => {
    const previous = messages[index - 1];
    const startsDay = !previous || dayOf(previous.at) !== dayOf(message.at);
    const startsGroup = startsDay || !continues(message, previous);
    return { message, startsDay, startsGroup, readers: readersAt.get(message.id) ?? [] };
  });
}

/** The last shown message up to the one that was read, which itself may no longer be shown. Ids ascend with time. */
function shownFor(messageId: string, messages: readonly ChatMessage[]): string | undefined {
  return messages.findLast(({ id }) => Number(id) <= Number(messageId))?.id;
}

function continues(message: ChatMessage, previous: ChatMessage): boolean {
  const pause = Date.parse(message.at) - Date.parse(previous.at);
  return message.sender !== undefined && message.sender === previous.sender && pause <= GROUP_MILLISECONDS;
}
