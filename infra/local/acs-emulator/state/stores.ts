import { ChatStore } from '../chat/chatStore.ts';
import type { StoredEvent } from '../context.ts';
import { EmailStore } from '../email/emailStore.ts';
import { PendingEvents } from '../events/pendingEvents.ts';
import { IdentityStore } from '../identity/identityStore.ts';
import { SmsStore } from '../sms/smsStore.ts';

/** What the resource holds. All of it comes from events, so that replaying them brings it back. */
export class Stores {
  readonly identities = new IdentityStore();
  readonly sms = new SmsStore();
  readonly emails = new EmailStore();
  readonly chat = new ChatStore();
  readonly pendingEvents = new PendingEvents();

  apply(event: StoredEvent): void {
    switch (event.store) {
      case 'identity':
        this.identities.apply(event);
        break;
      case 'sms':
        this.sms.apply(event);
        break;
      case 'email':
        this.emails.apply(event);
        break;
      case 'chat':
        this.chat.apply(event);
        break;
      case 'events':
        break;
    }
    this.pendingEvents.apply(event);
  }

  clear(): void {
    this.identities.clear();
    this.sms.clear();
    this.emails.clear();
    this.chat.clear();
    this.pendingEvents.clear();
  }
}
