import type { Dice } from '../../setup/random.ts';
import type { Kind } from './kind.ts';
import type { Victim } from './victim.ts';
import { Wire } from './wire.ts';

const AT_ONCE = 16;
const EXAMPLES = 3;

/** What was wrong with the answers to one kind of request: how often, and the first of them. */
export interface Findings {
  readonly sent: number;
  readonly wrong: Readonly<Record<string, { count: number; first: readonly string[] }>>;
}

/** Sends hostile requests of the kinds by their weights. What each is depends on the seed alone. */
export async function attack(kinds: readonly Kind[], count: number, dice: Dice, victim: Victim): Promise<Findings> {
  const wire = new Wire(victim.stack);
  const wrong: Record<string, { count: number; first: string[] }> = {};
  const note = (kind: Kind, what: string, request: string) => {
    const name = `${kind.name}: ${what}`;
    const entry = wrong[name] ?? { count: 0, first: [] };
    wrong[name] = entry;
    entry.count += 1;
    if (entry.first.length < EXAMPLES) entry.first.push(request);
  };
  let left = count;
  const work = async () => {
    while (left-- > 0) {
      const kind = weighted(kinds, dice);
      const hostile = kind.make(dice, victim);
      const { status, text } = await wire.send(hostile);
      const shown = `${hostile.method} ${hostile.target} → ${status} ${text.slice(0, 300)}`;
      if (!kind.allowed.includes(status) && !isEqualRequest(text)) note(kind, String(status), shown);
      if (victim.secrets.some((secret) => text.includes(secret))) note(kind, 'read what is not its own', shown);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  wire.close();
  return { sent: count, wrong };
}

/** Requests of one second that differ only in headers that are not signed: refused like a repetition. */
function isEqualRequest(text: string): boolean {
  return text.includes('This signature has been used');
}

function weighted(kinds: readonly Kind[], dice: Dice): Kind {
  let at = dice.fraction() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of kinds) {
    at -= kind.weight;
    if (at < 0) return kind;
  }
  throw new RangeError('There is no kind.');
}
