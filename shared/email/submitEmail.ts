import { type EmailStatus as AcsEmailStatus, getEmailOperation, sendEmail } from '../acs/email.ts';
import type { AcsSession } from '../acs/session.ts';
import type { EmailMessage } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { SenderPace } from '../pacing/senderTime.ts';
import type { Settings } from '../settings/settings.ts';
import { annotate } from '../telemetry/telemetry.ts';
import { domainKind, domainOf, type Email, type EmailOwner, type OwnedEmail } from './email.ts';
import type { EmailContext } from './emailContext.ts';
import { type EmailStatus, emailStatus } from './emailStatus.ts';
import { newEmail, resubmitted, withOwner } from './merge.ts';
import { emitPending } from './outcome.ts';
import { recordFact } from './recordFact.ts';

export interface EmailSubmission {
  /** The operation's id at ACS: a UUID in lower case, by which ACS recognises a repetition. */
  readonly id: string;
  readonly message: EmailMessage;
  readonly owner: Pick<EmailOwner, 'client' | 'publicId' | 'subject' | 'replyTo'>;
  readonly session: AcsSession;
}

/**
 * Sends an email through ACS. Its row is written before the call, so that the email is tracked to its final status
 * even if this process dies. If ACS has accepted the email before, the status comes from the row and ACS is not called.
 *
 * @throws SwitchboardError `TooManyRequests` while ACS throttles the sender's domain, and the errors of the call
 */
export async function submitEmail(context: EmailContext, submission: EmailSubmission): Promise<EmailStatus> {
  return emailStatus(await submit(context, submission), context.now());
}

async function submit(context: EmailContext, submission: EmailSubmission): Promise<Email> {
  const { id, session, message } = submission;
  annotate({ 'switchboard.sender.kind': domainKind(message.senderAddress) });
  await assertNotPaused(context, message.senderAddress);
  const opened = await open(context, submission);
  const { email } = opened;
  if (email.state !== 'Sending') return email;
  let status: AcsEmailStatus;
  try {
    status = await sendEmail(session, message, id);
  } catch (error) {
    if (!(error instanceof SwitchboardError)) throw error;
    if (error.code === 'TooManyRequests') throw await pauseDomain(context, opened, error);
    return settleFailure(context, submission, opened, error);
  }
  return existing(await recordFact(context, id, { kind: 'accepted', ...status }, email));
}

interface Opened {
  readonly email: OwnedEmail;
  /** Whether an earlier attempt may have reached ACS. */
  readonly isDoubtful: boolean;
}

async function open(context: EmailContext, { id, owner, message }: EmailSubmission): Promise<Opened> {
  const { emails, now } = context;
  const sender = message.senderAddress;
  const fullOwner: EmailOwner = { ...owner, sender, kind: domainKind(sender) };
  let isDoubtful = false;
  const next = (stored: Email | undefined) => {
    isDoubtful = stored?.owner !== undefined;
    if (!stored) return newEmail(id, fullOwner, now());
    if (!stored.owner) return withOwner(stored, fullOwner, now());
    return stored.state === 'Sending' ? resubmitted(stored, now()) : stored;
  };
  const email = await emails.change(id, next, true);
  const owned = { ...existing(email), owner: email?.owner ?? fullOwner };
  if (!isDoubtful) await emitPending(context, owned);
  return { email: owned, isDoubtful };
}

function existing(email: Email | undefined): Email {
  if (!email) throw new Error('The row of an email was deleted while the email was being sent.');
  return email;
}

/** Emails of one domain share a pace: the narrower of its two limits. */
export function emailPace(sender: string, { limits }: Pick<Settings['email'], 'limits'>): SenderPace {
  const { sendsPerMinute, sendsPerHour } = limits[domainKind(sender)];
  const ratePerMinute = Math.min(sendsPerMinute, sendsPerHour / 60);
  return { key: domainOf(sender), ratePerMinute, minuteLimit: sendsPerMinute };
}

/** Reserves a sending time for an email that has to wait. @returns milliseconds from now */
export async function reserveWait({ senders, now }: Pick<EmailContext, 'senders' | 'now'>, pace: SenderPace) {
  return (await senders.reserve(pace, { recipients: 1 }, now())) - now();
}

async function assertNotPaused({ senders, settings, now }: EmailContext, sender: string): Promise<void> {
  const pace = emailPace(sender, settings);
  const wait = (await senders.pausedUntil(pace)) - now();
  if (wait <= 0) return;
  const message = `ACS accepts no more emails from ${pace.key} for now.`;
  throw new SwitchboardError('TooManyRequests', message, { retryAfterSeconds: Math.ceil(wait / 1000), pace });
}

/** ACS has not accepted this email, and accepts none of this domain for as long as it says. */
async function pauseDomain(
  { senders, emails, settings, now }: EmailContext,
  { email, isDoubtful }: Opened,
  { message, retryAfterSeconds = 0, cause }: SwitchboardError,
): Promise<SwitchboardError> {
  const pace = emailPace(email.owner.sender, settings);
  await senders.pause(pace, now() + retryAfterSeconds * 1000);
  if (!isDoubtful) await emails.remove(email);
  return new SwitchboardError('TooManyRequests', message, { retryAfterSeconds, pace, cause });
}

/**
 * Deletes the row of an email that ACS surely did not accept. ACS also refuses an id that it already knows, so a
 * refusal after an attempt that may have succeeded is resolved by a poll. Any other row stays, and the timer polls it.
 *
 * @see azure-sdk-for-net#50889
 */
async function settleFailure(
  context: EmailContext,
  { id, session }: EmailSubmission,
  { email, isDoubtful }: Opened,
  error: SwitchboardError,
): Promise<Email> {
  const mayBeAccepted = isDoubtful || error.isDoubtful;
  if (error.code === 'UpstreamRejected' && mayBeAccepted) {
    const polled = await poll(context, email, session);
    if (polled) return existing(await recordFact(context, id, { kind: 'polled', ...polled }));
    const message = `ACS refused the email (${error.message}), but an earlier attempt may have succeeded.`;
    throw new SwitchboardError('UpstreamInDoubt', message, { cause: error, repeatable: true });
  }
  if (error.code !== 'UpstreamInDoubt' && !mayBeAccepted) await context.emails.remove(email);
  throw error;
}

/** @throws SwitchboardError `TooManyRequests` if the status-read quota is used up */
async function poll({ readBudget, now }: EmailContext, { id, owner }: OwnedEmail, session: AcsSession) {
  const { granted, nextOn } = await readBudget.take([owner.kind], 1);
  if (granted > 0) return getEmailOperation(session, id);
  const retryAfterSeconds = Math.max(1, Math.ceil((nextOn - now()) / 1000));
  throw new SwitchboardError('TooManyRequests', 'The quota of email status reads is used up.', { retryAfterSeconds });
}
