import type { Context } from '../../context.ts';
import type { KnownKey } from './keyUses.ts';

type Mailbox = Pick<Context, 'mailbox' | 'accessKeys'>;

/** Every key that the emulator knows: the present keys of all mailboxes, then those that were regenerated. */
export function knownKeys(mailboxes: readonly Mailbox[]): KnownKey[] {
  return [...mailboxes.flatMap(presentKeys), ...mailboxes.flatMap(formerKeys)];
}

function presentKeys({ mailbox, accessKeys }: Mailbox): KnownKey[] {
  return (['primary', 'secondary'] as const).flatMap((name) => {
    const secret = accessKeys.get(name);
    return secret === undefined ? [] : [{ name: `the ${name} key of the mailbox '${mailbox}'`, secret, isValid: true }];
  });
}

function formerKeys(owner: Mailbox): KnownKey[] {
  const present = new Set(presentKeys(owner).map(({ secret }) => secret));
  const former = owner.accessKeys.secrets.filter((secret) => !present.has(secret));
  const name = `a key of the mailbox '${owner.mailbox}' that was regenerated since`;
  return former.map((secret) => ({ name, secret, isValid: false }));
}
