import type { Outbox } from '../outbox/outbox.ts';
import type { RestoredSms, SentRequest, SmsStore } from '../sms/smsStore.ts';
import type { RestoredState } from './restoredState.ts';
import type { Stores } from './stores.ts';

/** Returns the state of the stores as the events that restore it. Requests are not part of it: they are in memory only. */
export function* snapshot(
  { sms, emails, identities, chat, pendingEvents }: Stores,
  outbox: Outbox,
): Generator<RestoredState> {
  const store = 'state';
  yield { store, type: 'began' };
  yield* smsMessages(sms);
  yield { store, type: 'smsTotals', totals: sms.totals() };
  for (const { from, to } of sms.optOuts()) yield { store, type: 'optOut', from, to };
  for (const { statuses, ...email } of emails.all()) yield { store, type: 'email', email, statuses: [...statuses] };
  for (const id of identities.ids()) {
    const identity = identities.get(id);
    if (identity) yield { store, type: 'identity', identity };
  }
  for (const thread of chat.all()) yield { store, type: 'thread', thread: thread.asImported() };
  for (const pending of pendingEvents.sources()) yield { store, type: 'pending', ...pending };
  const lastTokenNumber = identities.nextTokenNumber - 1;
  yield { store, type: 'ended', eventsSent: pendingEvents.sent, lastTokenNumber, items: outbox.restorable() };
}

/** Messages of one request stay together, because they share it. Those that are not kept are older than those that are. */
function* smsMessages(sms: SmsStore): Generator<RestoredState> {
  const store = 'state';
  let batch: { readonly request: SentRequest; readonly messages: RestoredSms[] } | undefined;
  for (const message of sms.restorable()) {
    if (batch && (message.direction === 'received' || message.request !== batch.request)) {
      yield { store, type: 'sentSms', ...batch };
      batch = undefined;
    }
    if (message.direction === 'received') {
      yield { store, type: 'receivedSms', message };
      continue;
    }
    const { direction: _, request, ...rest } = message;
    batch ??= { request, messages: [] };
    const isKept = sms.get(message.item.messageId) === message;
    batch.messages.push({ ...rest, isKept, isRepeatable: sms.isRepeatable(message) });
  }
  if (batch) yield { store, type: 'sentSms', ...batch };
}
