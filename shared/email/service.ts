import type { EmailDeliveryReport } from '../contract/deliveryReport.ts';
import type { SenderPace } from '../pacing/senderTime.ts';
import type { EmailEngine } from './engine.ts';
import { pollMails } from './poll.ts';
import { recordEmailReport } from './reports.ts';
import { type MailRequest, sendMail } from './sendEmail.ts';
import { describeMail, type MailQuery, type MailStatus, mailStatus } from './status.ts';

/** Everything that can be done with mails: what clients ask for, and the steps of their way. */
export interface Emails {
  /** Hands a mail to ACS; answers where it stands. */
  send(request: MailRequest): Promise<MailStatus>;
  status(query: MailQuery): Promise<MailStatus>;
  /** Does what is due. */
  poll(): Promise<void>;
  record(report: EmailDeliveryReport): Promise<'recorded' | 'unknown'>;
  /** A sending time for a mail that has to wait, in milliseconds from now. */
  waitFor(pace: SenderPace): Promise<number>;
}

export function createEmails(engine: EmailEngine): Emails {
  return {
    send: async (request) => describeMail(await sendMail(engine, request), engine.now()),
    status: (query) => mailStatus(engine, query),
    poll: () => pollMails(engine),
    record: (report) => recordEmailReport(engine, report),
    waitFor: async (pace) => (await engine.senders.reserve(pace, 1, engine.now())) - engine.now(),
  };
}
