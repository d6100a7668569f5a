import * as acs from '../acs/email.ts';
import type { AcsSession } from '../acs/session.ts';
import type { EmailMessage } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { annotate } from '../telemetry/telemetry.ts';
import type { Mail, MailOwner } from './emailRow.ts';
import type { EmailEngine, OwnMail } from './engine.ts';
import { learn, tellOwed } from './learn.ts';
import { domainKind, mailPace } from './limits.ts';
import { adopted, newMail, sentAgain } from './merge.ts';

export interface MailRequest {
  /** The operation's id at ACS: a UUID in lower case, by which ACS recognises a repetition. */
  readonly id: string;
  readonly message: EmailMessage;
  readonly owner: Pick<MailOwner, 'client' | 'publicId' | 'subject' | 'replyTo'>;
  readonly session: AcsSession;
}

/**
 * Hands a mail to ACS. Its row is there before ACS is called, so that whatever dies on the way is followed to its end; a
 * repetition of one that ACS has taken is answered from the row.
 *
 * @throws SwitchboardError `TooManyRequests` while its domain has to wait; and what ACS answers
 */
export async function sendMail(engine: EmailEngine, request: MailRequest): Promise<Mail> {
  const sender = request.message.senderAddress;
  annotate({ 'switchboard.sender.kind': domainKind(sender) });
  await assertNotPaused(engine, sender);
  const opened = await open(engine, request);
  const { mail } = opened;
  if (mail.state !== 'Sending') return mail;
  let status: acs.EmailStatus;
  try {
    status = await acs.sendEmail(request.session, request.message, request.id);
  } catch (error) {
    if (!(error instanceof SwitchboardError)) throw error;
    if (error.code === 'TooManyRequests') throw await pauseDomain(engine, opened, error);
    return settleFailure(engine, request, opened, error);
  }
  return known(await learn(engine, request.id, { kind: 'accepted', ...status }, mail));
}

interface Opened {
  readonly mail: OwnMail;
  /** An earlier try may have reached ACS. */
  readonly isDoubtful: boolean;
}

async function open(engine: EmailEngine, { id, owner, message }: MailRequest): Promise<Opened> {
  const sender = message.senderAddress;
  const whole: MailOwner = { ...owner, sender, kind: domainKind(sender) };
  let isDoubtful = false;
  const mail = await engine.mails.change(id, (current) => {
    isDoubtful = current?.owner !== undefined;
    if (!current) return newMail(id, whole, engine.now());
    if (!current.owner) return adopted(current, whole, engine.now());
    return current.state === 'Sending' ? sentAgain(current, engine.now()) : current;
  });
  const own = { ...known(mail), owner: mail?.owner ?? whole };
  if (!isDoubtful) await tellOwed(engine, own, own.owed);
  return { mail: own, isDoubtful };
}

/** A mail of an owner that has just been written. */
function known(mail: Mail | undefined): Mail {
  if (!mail) throw new Error('The row of a mail is gone while it is being sent.');
  return mail;
}

async function assertNotPaused(engine: EmailEngine, sender: string): Promise<void> {
  const pace = mailPace(sender, engine.settings);
  const wait = (await engine.senders.pausedUntil(pace)) - engine.now();
  if (wait <= 0) return;
  const message = `ACS takes no more mails of ${pace.key} for now.`;
  throw new SwitchboardError('TooManyRequests', message, { retryAfterSeconds: Math.ceil(wait / 1000), pace });
}

/** Nothing was sent, and nothing of this domain is for as long as ACS says. */
async function pauseDomain(
  engine: EmailEngine,
  opened: Opened,
  { message, retryAfterSeconds = 0, cause }: SwitchboardError,
): Promise<SwitchboardError> {
  const pace = mailPace(opened.mail.owner.sender, engine.settings);
  await engine.senders.pause(pace, engine.now() + retryAfterSeconds * 1000);
  if (!opened.isDoubtful) await engine.mails.remove(opened.mail);
  return new SwitchboardError('TooManyRequests', message, { retryAfterSeconds, pace, cause });
}

/**
 * A mail that was refused is no mail any more, unless an earlier try has reached ACS, which may refuse an id that it
 * knows: then ACS is asked. What nobody knows yet is left to be looked after.
 *
 * @see azure-sdk-for-net#50889
 */
async function settleFailure(
  engine: EmailEngine,
  { id, session }: MailRequest,
  { mail, isDoubtful }: Opened,
  error: SwitchboardError,
): Promise<Mail> {
  const mayHaveHappened = isDoubtful || error.isDoubtful;
  if (error.code === 'UpstreamRejected' && mayHaveHappened) {
    const seen = await lookUp(engine, mail, session);
    if (seen) return known(await learn(engine, id, { kind: 'seen', ...seen }));
    const message = `ACS refused the mail (${error.message}), and may have taken it at an earlier try: its state will tell.`;
    throw new SwitchboardError('UpstreamInDoubt', message, { cause: error, repeatable: true });
  }
  if (error.code !== 'UpstreamInDoubt' && !mayHaveHappened) await engine.mails.remove(mail);
  throw error;
}

/** @throws SwitchboardError `TooManyRequests` when ACS may not be asked now */
async function lookUp(engine: EmailEngine, { id, owner }: OwnMail, session: AcsSession) {
  const { granted, nextOn } = await engine.budget.take([owner.kind], 1);
  if (granted === 0) throw noReadsLeft(nextOn - engine.now());
  return acs.getEmailOperation(session, id);
}

function noReadsLeft(waitMilliseconds: number): SwitchboardError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMilliseconds / 1000));
  return new SwitchboardError('TooManyRequests', 'ACS tells no more states of mails for now.', { retryAfterSeconds });
}
