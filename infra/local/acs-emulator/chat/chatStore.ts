import type { ChatEvent, ThreadCreated } from './chatEvents.ts';
import { ChatThread } from './chatThread.ts';

/** The chat threads of the resource, in the order of their making. */
export class ChatStore {
  readonly #threads = new Map<string, ChatThread>();
  readonly #byRepeatabilityId = new Map<string, ChatThread>();
  #made = 0;

  thread(id: string): ChatThread | undefined {
    return this.#threads.get(id);
  }

  /** The thread that the user has already made under a repeatability id. */
  findRepeated(userId: string, repeatabilityRequestId: string): ChatThread | undefined {
    return this.#byRepeatabilityId.get(`${userId} ${repeatabilityRequestId}`);
  }

  threads(): ChatThread[] {
    return [...this.#threads.values()];
  }

  clear(): void {
    this.#threads.clear();
    this.#byRepeatabilityId.clear();
  }

  apply(event: ChatEvent): void {
    if (event.type === 'threadCreated') {
      this.#create(event);
      return;
    }
    const thread = this.#threads.get(event.threadId);
    if (!thread) return;
    if (event.type === 'threadDeleted') this.#threads.delete(event.threadId);
    else change(thread, event);
  }

  #create(event: ThreadCreated): void {
    this.#made += 1;
    const thread = new ChatThread(event, this.#made);
    this.#threads.set(thread.id, thread);
    const id = event.repeatabilityRequestId;
    if (id !== undefined) this.#byRepeatabilityId.set(`${event.by} ${id}`, thread);
  }
}

type ThreadChange = Exclude<ChatEvent, { readonly type: 'threadCreated' | 'threadDeleted' }>;

function change(thread: ChatThread, event: ThreadChange): void {
  switch (event.type) {
    case 'threadUpdated':
      thread.update(event);
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
