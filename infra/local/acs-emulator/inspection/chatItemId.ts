/** The id of the item of a chat message: ids of messages are unique within their thread only. */
export function chatItemId(threadId: string, messageId: string): string {
  return `${threadId};${messageId}`;
}
