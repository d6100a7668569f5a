import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { blobTraces } from './blobTraces.ts';
import type { Person } from './person.ts';
import { queueTraces } from './queueTraces.ts';
import { tableTraces } from './tableTraces.ts';
import type { Trace } from './trace.ts';

export interface PersonFacts {
  readonly access: StorageAccess;
  readonly person: Person;
  readonly print: (line: string) => void;
}

export interface FindOptions {
  /** Opt-outs are found as something that may be erased. */
  readonly withOptOuts: boolean;
  /** Messages that others read may be hidden from them for a moment. */
  readonly mayTake: boolean;
}

/**
 * All that is stored about a person. The order matters: the recipients of batches come first, so that nothing that is sent
 * later writes about them again.
 */
export async function* findTraces({ access, person }: PersonFacts, options: FindOptions): AsyncIterable<Trace> {
  yield* blobTraces(access, person);
  yield* tableTraces({ access, person, withOptOuts: options.withOptOuts });
  yield* queueTraces({ access, person, mayTake: options.mayTake });
}
