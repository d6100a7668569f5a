import { ChatStore } from '../chat/chatStore.ts';
import type { ChatEvent } from '../chat/chatThread.ts';
import { type EmailEvent, EmailStore } from '../email/emailStore.ts';
import type { EventSource } from '../events/eventSource.ts';
import { type EventsEvent, type EventsSent, PendingEvents } from '../events/pendingEvents.ts';
import { type IdentityEvent, IdentityStore } from '../identity/identityStore.ts';
import { type SmsEvent, SmsStore } from '../sms/smsStore.ts';
import type { RestoredState } from './restoredState.ts';

/** A change to the resource, in the form in which the journal stores it. */
export type StoredEvent = IdentityEvent | SmsEvent | EmailEvent | ChatEvent | EventsEvent | RestoredState;

/** The resource's content. Only stored events change it, so replaying them restores it. */
export class Stores {
  readonly identities = new IdentityStore();
  readonly sms = new SmsStore();
  readonly emails = new EmailStore();
  readonly chat = new ChatStore();
  readonly pendingEvents = new PendingEvents({
    ofSms: (messageId) => this.sms.findSent(messageId)?.delivery,
    ofEmail: (id, recipient) => this.emails.find(id)?.statuses.get(recipient),
  });

  apply(event: StoredEvent): void {
    if (event.store === 'state') {
      this.#restore(event);
      return;
    }
    if (event.store === 'identity') this.identities.apply(event);
    if (event.store === 'sms' || event.type === 'smsReceived') this.sms.apply(event);
    if (event.store === 'email') this.emails.apply(event);
    if (event.store === 'chat') this.chat.apply(event);
    if (event.type === 'removed') this.pendingEvents.withdraw(new Set('ids' in event ? event.ids : [event.id]));
    if (isEventSource(event)) this.pendingEvents.apply(event);
  }

  #restore(event: RestoredState): void {
    const { sms, emails, identities, chat, pendingEvents } = this;
    if (event.type === 'sentSms') for (const message of event.messages) sms.restoreSent(event.request, message);
    if (event.type === 'receivedSms') sms.restoreReceived(event.message);
    if (event.type === 'smsTotals') sms.restoreTotals(event.totals);
    if (event.type === 'optOut') {
      sms.apply({ store: 'sms', type: 'optOuts', from: event.from, recipients: [event.to], optedOut: true });
    }
    if (event.type === 'email') emails.restore({ ...event.email, statuses: new Map(event.statuses) });
    if (event.type === 'identity') identities.restore(event.identity);
    if (event.type === 'thread') chat.apply(event.thread);
    if (event.type === 'pending') pendingEvents.restore(event);
    if (event.type !== 'ended') return;
    pendingEvents.restoreSent(event.eventsSent);
    identities.restoreLastTokenNumber(event.lastTokenNumber);
  }

  clear(): void {
    for (const store of [this.identities, this.sms, this.emails, this.chat, this.pendingEvents]) store.clear();
  }
}

function isEventSource(event: StoredEvent): event is EventSource | EventsSent {
  return event.store === 'events' || ['requested', 'accepted', 'deliverySet'].includes(event.type);
}
