import type { ThreadImported } from '../chat/chatThread.ts';
import type { StoredEmail } from '../email/emailStore.ts';
import type { RestoredSource } from '../events/pendingEvents.ts';
import type { Identity } from '../identity/identityStore.ts';
import type { Channel } from '../inspection/items.ts';
import type { ReceivedMessage, RestoredSms, SentRequest, SmsTotals } from '../sms/smsStore.ts';

/** What a compacted journal begins with: the state of the stores, piece by piece, from `began` to `ended`. */
export type RestoredState = { readonly store: 'state' } & (
  | { readonly type: 'began' }
  | { readonly type: 'sentSms'; readonly request: SentRequest; readonly messages: readonly RestoredSms[] }
  | { readonly type: 'receivedSms'; readonly message: ReceivedMessage }
  | { readonly type: 'smsTotals'; readonly totals: SmsTotals }
  | { readonly type: 'optOut'; readonly from: string; readonly to: string }
  | { readonly type: 'email'; readonly email: Omit<StoredEmail, 'statuses'>; readonly statuses: EmailStatuses }
  | { readonly type: 'identity'; readonly identity: Identity }
  | { readonly type: 'thread'; readonly thread: ThreadImported }
  | ({ readonly type: 'pending' } & RestoredSource)
  | RestorationEnded
);

type EmailStatuses = readonly (StoredEmail['statuses'] extends ReadonlyMap<infer Key, infer Value>
  ? readonly [Key, Value]
  : never)[];

export interface RestorationEnded {
  readonly type: 'ended';
  readonly eventsSent: number;
  readonly lastTokenNumber: number;
  readonly items: RestoredItems;
}

/** What the outbox shows. */
export interface RestoredItems {
  /** Oldest first. */
  readonly inOrder: readonly (readonly [channel: Channel, id: string])[];
  readonly counts: readonly (readonly [channel: Channel, received: number, dropped: number])[];
}
