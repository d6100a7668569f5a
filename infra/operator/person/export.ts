import { findTraces, type PersonFacts } from './find.ts';

/** Prints all that is stored about a person as JSON. @returns the exit code */
export async function exportPerson(facts: PersonFacts): Promise<number> {
  const records: object[] = [];
  for await (const { store, place, content } of findTraces(facts, { withOptOuts: true, mayTake: false })) {
    records.push({ store, place, content });
  }
  facts.print(JSON.stringify({ [facts.person.kind]: facts.person.value, records }, undefined, 2));
  return 0;
}
