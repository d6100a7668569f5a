import type { AcsSession } from '../acs/session.ts';
import { createSenderStore, type SenderStore } from '../pacing/senderStore.ts';
import type { Settings } from '../settings/settings.ts';
import type { Storage } from '../storage/storage.ts';
import { createReadBudget, type ReadBudget } from './budget.ts';
import type { Mail, MailOwner, OwedOutcome } from './emailRow.ts';
import { createMailStore, type MailStore } from './emailStore.ts';

/** A mail that a client of ours sent. */
export type OwnMail = Mail & { readonly owner: MailOwner };

/** What the steps of a mail (send, look, report, tell) work with. */
export interface EmailEngine {
  readonly mails: MailStore;
  readonly budget: ReadBudget;
  /** Mail domains that ACS has told to wait. */
  readonly senders: SenderStore;
  readonly settings: Settings['email'];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly acs: (clientRequestId: string) => AcsSession;
  /** Tells an outcome; a repetition bears the same id. */
  readonly tell: (mail: OwnMail, outcome: OwedOutcome) => Promise<void>;
}

const SENDERS_TABLE = 'emailsenders';

export function createEmailEngine(
  facts: Pick<EmailEngine, 'settings' | 'now' | 'acs' | 'tell'> & { readonly storage: Storage },
): EmailEngine {
  const { storage, ...rest } = facts;
  const { tables } = storage;
  return {
    ...rest,
    mails: createMailStore(tables),
    budget: createReadBudget(tables, rest.settings.limits, rest.now),
    senders: createSenderStore(tables, SENDERS_TABLE, rest.now),
  };
}
