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
 * Tells outcomes, and notes that they were told. Whoever dies in between has them told again, with the same ids, once
 * their time has come.
 */
export async function tellOwed(engine: EmailEngine, mail: Mail, outcomes: readonly OwedOutcome[]): Promise<Mail> {
  const { owner } = mail;
  if (!owner || outcomes.length === 0) return mail;
  for (const outcome of outcomes) await engine.tell({ ...mail, owner }, outcome);
  const told = await engine.mails.change(
    mail.id,
    (current) => current && merge(current, { kind: 'told', outcomes }, engine.now()),
  );
  return told ?? mail;
}
