import { Coalescer } from './coalescer.ts';
import { hasStatus } from './connection.ts';
import { changeOf, type RowChange, type RowVersion, type Table } from './tables.ts';

/**
 * With rows of `MAXIMUM_GATHERED_LENGTH` in UTF-8, a transaction stays below 4 MiB.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
const MAXIMUM_ROWS = 32;

/** UTF-16 code units of a row's strings. Changes with a longer row are made by themselves. */
const MAXIMUM_GATHERED_LENGTH = 30_000;

/** Changes of one caller. */
type Changes = readonly RowChange[];

type Result = PromiseSettledResult<readonly string[] | undefined>;

/**
 * Makes changes to one partition together if they are made at the same time: one storage call for all of them. Those of each
 * caller succeed or fail as if they were made by themselves.
 */
export class GatheredWrites {
  readonly #table: Table;
  readonly #writes = new Coalescer<Changes, ReadonlyMap<Changes, Result>>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** As `writeRow`. */
  async write(partitionKey: string, row: RowVersion): Promise<string | undefined> {
    return (await this.transact(partitionKey, [changeOf(row)]))?.[0];
  }

  /** As `Table.transact`. */
  async transact(partitionKey: string, changes: Changes): Promise<readonly string[] | undefined> {
    if (changes.some((it) => lengthOf(it) > MAXIMUM_GATHERED_LENGTH))
      return makeAlone(this.#table, partitionKey, changes);
    const results = await this.#writes.add(partitionKey, changes, (all) => makeAll(this.#table, partitionKey, all));
    const result = results.get(changes);
    if (result?.status !== 'fulfilled') throw result?.reason ?? new Error('Gathered changes were not made.');
    return result.value;
  }
}

function lengthOf(change: RowChange): number {
  const values = change.kind === 'remove' ? [] : Object.values(change.values);
  return values.reduce<number>((sum, it) => sum + (typeof it === 'string' ? it.length : 0), 0);
}

async function makeAll(table: Table, partitionKey: string, all: readonly Changes[]) {
  const results = new Map<Changes, Result>();
  for (const group of groupsOf(all)) {
    const made = await makeGroup(table, partitionKey, group);
    for (const [index, changes] of group.entries()) if (made[index]) results.set(changes, made[index]);
  }
  return results;
}

/** A transaction may change each row once: the first of two writers of one row is faster than the second. */
function groupsOf(all: readonly Changes[]): Changes[][] {
  const groups: { readonly members: Changes[]; readonly rowKeys: Set<string> }[] = [];
  for (const changes of all) {
    const keys = changes.map(({ rowKey }) => rowKey);
    // Only the last group, or a new one: the order of writers of one row is kept.
    const last = groups.at(-1);
    const fits = last && last.rowKeys.size + keys.length <= MAXIMUM_ROWS && !keys.some((it) => last.rowKeys.has(it));
    const group = fits ? last : { members: [], rowKeys: new Set<string>() };
    if (!fits) groups.push(group);
    group.members.push(changes);
    for (const key of keys) group.rowKeys.add(key);
  }
  return groups.map(({ members }) => members);
}

/** @returns the result of each, in order */
async function makeGroup(table: Table, partitionKey: string, group: readonly Changes[]): Promise<readonly Result[]> {
  const [together] = group.length > 1 ? await Promise.allSettled([makeTogether(table, partitionKey, group)]) : [];
  if (together?.status === 'rejected') return group.map(() => together);
  const etags = together?.value;
  if (!etags) return Promise.allSettled(group.map((it) => makeAlone(table, partitionKey, it)));
  let next = 0;
  return group.map(({ length }) => {
    const value = etags.slice(next, next + length);
    next += length;
    return { status: 'fulfilled', value };
  });
}

/** @returns undefined if one of the changes cannot be made: then none has been */
async function makeTogether(table: Table, partitionKey: string, group: readonly Changes[]) {
  try {
    return await table.transact(partitionKey, group.flat());
  } catch (error) {
    if (!hasStatus(error, 400) && !hasStatus(error, 413)) throw error;
    return undefined; // one row is invalid: the others are not
  }
}

/** A single change is twice as fast without a transaction. */
async function makeAlone(table: Table, partitionKey: string, changes: Changes): Promise<readonly string[] | undefined> {
  const [only, second] = changes;
  if (!only || second || only.kind === 'remove') return table.transact(partitionKey, changes);
  const { rowKey, values } = only;
  const etag =
    only.kind === 'insert'
      ? await table.insert(partitionKey, rowKey, values)
      : await table.replace(partitionKey, { rowKey, values, etag: only.etag });
  return etag === undefined ? undefined : [etag];
}
