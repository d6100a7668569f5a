import type { AcsSession } from '../acs/session.ts';
import { createSenderStore, type SenderStore } from '../pacing/senderStore.ts';
import type { Settings } from '../settings/settings.ts';
import type { Storage } from '../storage/storage.ts';
import { createEmailStore, type EmailStore } from './emailStore.ts';
import { createReadBudget, type ReadBudget } from './readBudget.ts';

/** What submitting, polling and recording emails works with. */
export interface EmailContext {
  readonly storage: Storage;
  readonly emails: EmailStore;
  readonly readBudget: ReadBudget;
  /** Sender domains that ACS has throttled. */
  readonly senders: SenderStore;
  readonly settings: Settings['email'];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly acs: (clientRequestId: string) => AcsSession;
}

const SENDERS_TABLE = 'emailsenders';

export function createEmailContext(parts: Pick<EmailContext, 'storage' | 'settings' | 'now' | 'acs'>): EmailContext {
  const { tables } = parts.storage;
  return {
    ...parts,
    emails: createEmailStore(tables),
    readBudget: createReadBudget(tables, parts.settings.limits, parts.now),
    senders: createSenderStore(tables, SENDERS_TABLE, parts.now),
  };
}
