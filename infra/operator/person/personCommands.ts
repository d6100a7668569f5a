import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { blobTraces } from './blobTraces.ts';
import type { Person, Trace } from './person.ts';
import { queueTraces } from './queueTraces.ts';
import { tableTraces } from './tableTraces.ts';

interface PersonSearch {
  readonly access: StorageAccess;
  readonly person: Person;
  readonly print: (line: string) => void;
}

interface FindOptions {
  /** Whether opt-outs may be erased, too. */
  readonly withOptOuts: boolean;
  /** Whether queue messages may be hidden from other readers for a moment. */
  readonly mayHide: boolean;
}

/**
 * Returns everything that is stored about a person. Batch recipients come first, so that no later send can write their data
 * again.
 */
async function* findTraces({ access, person }: PersonSearch, options: FindOptions): AsyncIterable<Trace> {
  yield* blobTraces(access, person);
  yield* tableTraces({ access, person, withOptOuts: options.withOptOuts });
  yield* queueTraces({ access, person, mayHide: options.mayHide });
}

/** Prints everything that is stored about a person as JSON. @returns the exit code */
export async function exportPerson(search: PersonSearch): Promise<number> {
  const records: object[] = [];
  for await (const { store, place, content } of findTraces(search, { withOptOuts: true, mayHide: false })) {
    records.push({ store, place, content });
  }
  search.print(JSON.stringify({ [search.person.kind]: search.person.value, records }, undefined, 2));
  return 0;
}

interface EraseOptions extends PersonSearch {
  readonly mayChange: boolean;
  readonly withOptOuts: boolean;
}

/** Number of passes, for items that change during the search. */
const MAXIMUM_ROUNDS = 5;

/**
 * Erases what is stored about a person; without `mayChange`, only shows how much that is.
 *
 * @returns the exit code: 1 if something could not be erased
 */
export async function erasePerson(options: EraseOptions): Promise<number> {
  if (!options.mayChange) return showTraces(options);
  let erased = 0;
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const result = await eraseOnce(options);
    erased += result.erased.length;
    if (result.left.length > 0 && result.erased.length > 0) continue;
    show(options, 'kept', result.kept);
    show(options, 'could not be erased', result.left);
    options.print(erased === 0 ? 'Nothing to erase.' : `Erased in ${records(erased)}.`);
    return result.left.length === 0 ? 0 : 1;
  }
  options.print('Records about this person keep changing. Run it again.');
  return 1;
}

interface Round {
  readonly erased: Trace[];
  readonly kept: Trace[];
  readonly left: Trace[];
}

async function eraseOnce(options: EraseOptions): Promise<Round> {
  const round: Round = { erased: [], kept: [], left: [] };
  for await (const trace of findTraces(options, { withOptOuts: options.withOptOuts, mayHide: true })) {
    if (trace.kept !== undefined) round.kept.push(trace);
    else if (await trace.erase()) round.erased.push(trace);
    else round.left.push(trace);
  }
  return round;
}

async function showTraces(options: EraseOptions): Promise<number> {
  const found: Trace[] = [];
  for await (const it of findTraces(options, { withOptOuts: options.withOptOuts, mayHide: false })) found.push(it);
  const erasable = found.filter(({ kept }) => kept === undefined);
  show(options, 'found', erasable);
  const keptTraces = found.filter(({ kept }) => kept !== undefined);
  show(options, 'kept', keptTraces);
  options.print(
    erasable.length === 0
      ? 'Nothing to erase.'
      : `${records(erasable.length)}. Nothing was changed; --yes erases this person's data.`,
  );
  return 0;
}

/** Prints one line per store. */
function show({ print }: EraseOptions, what: string, traces: readonly Trace[]): void {
  for (const [store, inStore] of Map.groupBy(traces, (it) => it.store)) {
    const reason = inStore[0]?.kept;
    print(`  ${store}: ${records(inStore.length)} ${what}${reason === undefined ? '' : ` (${reason})`}`);
  }
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
