import { type ChatEvent, ChatThread, repeatabilityKey, type ThreadCreated, type ThreadImported } from './chatThread.ts';
import { TypingNotifications } from './typingNotifications.ts';

/**
 * The chat threads of the resource in order of creation. Deleted threads stay in their participants' lists.
 *
 * @see https://github.com/Azure/azure-sdk-for-java/issues/47688
 */
export class ChatStore {
  readonly typing = new TypingNotifications();
  readonly #threads = new Map<string, ChatThread>();
  readonly #byRepeatabilityId = new Map<string, ChatThread>();
  #created = 0;

  /** Returns a thread unless it was deleted. */
  thread(id: string): ChatThread | undefined {
    const thread = this.#threads.get(id);
    return thread?.deletedOn === undefined ? thread : undefined;
  }

  /** Returns a thread, also a deleted one. */
  find(id: string): ChatThread | undefined {
    return this.#threads.get(id);
  }

  /** Returns the thread that the user already created under a repeatability id. */
  findRepeated(userId: string, repeatabilityRequestId: string): ChatThread | undefined {
    return this.#byRepeatabilityId.get(repeatabilityKey(userId, repeatabilityRequestId));
  }

  /** Returns the threads that were not deleted. */
  threads(): ChatThread[] {
    return [...this.#threads.values()].filter(({ deletedOn }) => deletedOn === undefined);
  }

  /** Returns all threads, also deleted ones. */
  all(): ChatThread[] {
    return [...this.#threads.values()];
  }

  /** Returns the threads in a user's list. */
  threadsOf(userId: string): ChatThread[] {
    return [...this.#threads.values()].filter((thread) => thread.isListedFor(userId));
  }

  clear(): void {
    this.#threads.clear();
    this.#byRepeatabilityId.clear();
    this.typing.clear();
  }

  /** Removes a thread with its messages. */
  remove(id: string): void {
    const thread = this.#threads.get(id);
    this.#threads.delete(id);
    this.typing.forget(id);
    const key = thread?.repeatabilityKey;
    if (key !== undefined && this.#byRepeatabilityId.get(key) === thread) this.#byRepeatabilityId.delete(key);
  }

  apply(event: ChatEvent): void {
    if (event.type === 'threadCreated' || event.type === 'threadImported') {
      this.#create(event);
      return;
    }
    if (event.type === 'threadRemoved') {
      this.remove(event.threadId);
      return;
    }
    const thread = this.#threads.get(event.threadId);
    if (thread) applyTo(thread, event);
  }

  #create(event: ThreadCreated | ThreadImported): void {
    this.#created += 1;
    const thread = new ChatThread(event, this.#created);
    this.#threads.set(thread.id, thread);
    if (thread.repeatabilityKey !== undefined) this.#byRepeatabilityId.set(thread.repeatabilityKey, thread);
  }
}

type ThreadChange = Exclude<ChatEvent, { readonly type: 'threadCreated' | 'threadImported' | 'threadRemoved' }>;

function applyTo(thread: ChatThread, event: ThreadChange): void {
  switch (event.type) {
    case 'threadUpdated':
      thread.update(event);
      break;
    case 'threadDeleted':
      thread.deletedOn = event.at;
      break;
    case 'participantsAdded':
      thread.addParticipants(event);
      break;
    case 'participantRemoved':
      thread.removeParticipant(event);
      break;
    case 'messageSent':
      thread.send(event);
      break;
    case 'messageUpdated':
      thread.editMessage(event);
      break;
    case 'messageDeleted':
      thread.deleteMessage(event);
      break;
    case 'messageRead':
      thread.read(event);
      break;
  }
}
