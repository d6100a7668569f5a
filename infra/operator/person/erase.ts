import { findTraces, type PersonFacts } from './find.ts';
import type { Trace } from './trace.ts';

export interface EraseFacts extends PersonFacts {
  readonly mayChange: boolean;
  readonly withOptOuts: boolean;
}

/** Times that everything is gone through, for what changed while it was looked at. */
const MAXIMUM_ROUNDS = 5;

/**
 * Erases what is stored about a person, or, without `mayChange`, shows how much that is.
 *
 * @returns the exit code: 1 when something is left that should have been erased
 */
export async function erasePerson(facts: EraseFacts): Promise<number> {
  if (!facts.mayChange) return showTraces(facts);
  let erased = 0;
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const result = await eraseOnce(facts);
    erased += result.erased.length;
    if (result.left.length > 0 && result.erased.length > 0) continue;
    show(facts, 'kept', result.kept);
    show(facts, 'could not be erased', result.left);
    facts.print(erased === 0 ? 'Nothing was left to erase.' : `Erased in ${records(erased)}.`);
    return result.left.length === 0 ? 0 : 1;
  }
  facts.print('Records about this person keep changing. Run it again.');
  return 1;
}

interface Round {
  readonly erased: Trace[];
  readonly kept: Trace[];
  readonly left: Trace[];
}

async function eraseOnce(facts: EraseFacts): Promise<Round> {
  const round: Round = { erased: [], kept: [], left: [] };
  for await (const trace of findTraces(facts, { withOptOuts: facts.withOptOuts, mayTake: true })) {
    if (trace.kept !== undefined) round.kept.push(trace);
    else if (await trace.erase()) round.erased.push(trace);
    else round.left.push(trace);
  }
  return round;
}

async function showTraces(facts: EraseFacts): Promise<number> {
  const found: Trace[] = [];
  for await (const it of findTraces(facts, { withOptOuts: facts.withOptOuts, mayTake: false })) found.push(it);
  const erasable = found.filter(({ kept }) => kept === undefined);
  show(facts, 'found', erasable);
  show(
    facts,
    'kept',
    found.filter(({ kept }) => kept !== undefined),
  );
  facts.print(
    erasable.length === 0
      ? 'Nothing is stored that would be erased.'
      : `${records(erasable.length)}. Nothing was changed; --yes erases this person there.`,
  );
  return 0;
}

/** A line for each store. */
function show({ print }: EraseFacts, what: string, traces: readonly Trace[]): void {
  for (const [store, inStore] of Map.groupBy(traces, (it) => it.store)) {
    const reason = inStore[0]?.kept;
    print(`  ${store}: ${records(inStore.length)} ${what}${reason === undefined ? '' : ` (${reason})`}`);
  }
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
