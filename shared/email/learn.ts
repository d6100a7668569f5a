import type { Mail, OwedOutcome } from './emailRow.ts';
import type { EmailEngine } from './engine.ts';
import { type Fact, merge } from './merge.ts';

/**
 * Stores a fact about an email, and emits the outcomes that follow from it.
 *
 * @param whenAbsent what to start from if the email has no row yet
 * @returns undefined if there is no such email
 */
export async function learn(engine: EmailEngine, id: string, fact: Fact, whenAbsent?: Mail): Promise<Mail | undefined> {
  let before: readonly OwedOutcome[] = [];
  const mail = await engine.mails.change(id, (stored) => {
    const current = stored ?? whenAbsent;
    before = current?.owed ?? [];
    return current && merge(current, fact, engine.now());
  });
  // Outcomes that were owed before are emitted by the process that stored them; if it died, by the next poll.
  const fresh = mail?.owed.filter((it) => !before.includes(it)) ?? [];
  return mail && tellOwed(engine, mail, fresh);
}

/**
 * Emits outcomes, and notes which were emitted. If the process dies in between, they are emitted again later, with the
 * same ids. One that cannot be emitted does not hold up the others.
 *
 * @throws the error of the step that failed, or an AggregateError of several
 */
export async function tellOwed(engine: EmailEngine, mail: Mail, outcomes: readonly OwedOutcome[]): Promise<Mail> {
  const { owner } = mail;
  if (!owner || outcomes.length === 0) return mail;
  const told: OwedOutcome[] = [];
  const errors: unknown[] = [];
  for (const outcome of outcomes) {
    try {
      await engine.tell({ ...mail, owner }, outcome);
      told.push(outcome);
    } catch (error) {
      errors.push(error);
    }
  }
  const noted = await noteTold(engine, mail, told).catch((error: unknown) => void errors.push(error));
  if (errors.length > 1)
    throw new AggregateError(errors, `${errors.length} steps of emitting an email's outcomes failed`);
  if (errors.length === 1) throw errors[0];
  return noted ?? mail;
}

async function noteTold(engine: EmailEngine, mail: Mail, outcomes: readonly OwedOutcome[]): Promise<Mail | undefined> {
  if (outcomes.length === 0) return mail;
  const fact: Fact = { kind: 'told', outcomes };
  return engine.mails.change(mail.id, (current) => current && merge(current, fact, engine.now()));
}
