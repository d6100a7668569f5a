import type { EmailEngine } from './engine.ts';
import type { Mail, OwedOutcome } from './mail.ts';
import { type Fact, merge } from './merge.ts';

/**
 * Writes down what was learned of a mail, and tells what its owner is owed.
 *
 * @param whenAbsent the mail as it is where it has no row yet
 * @returns undefined where there is no such mail
 */
export async function learn(engine: EmailEngine, id: string, fact: Fact, whenAbsent?: Mail): Promise<Mail | undefined> {
  let before: readonly OwedOutcome[] = [];
  const mail = await engine.mails.change(id, (stored) => {
    const current = stored ?? whenAbsent;
    before = current?.owed ?? [];
    return current && merge(current, fact, engine.now());
  });
  // What was owed before is being told by whoever learned of it; if they died, its time comes.
  const fresh = mail?.owed.filter((it) => !before.includes(it)) ?? [];
  return mail && tellOwed(engine, mail, fresh);
}

/**
 * Emits outcomes, and notes which were emitted. If the process dies in between, they are emitted again later, with the
 * same ids. One that cannot be emitted does not keep the others.
 *
 * @throws the error of the one that cannot, or an AggregateError of several
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
  const fact: Fact = { kind: 'told', outcomes: told };
  const noted = await engine.mails.change(mail.id, (current) => current && merge(current, fact, engine.now()));
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} outcomes of an email cannot be emitted`);
  if (errors.length === 1) throw errors[0];
  return noted ?? mail;
}
