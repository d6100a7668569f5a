import type { Queryable } from 'pg';
import type { SmsResults } from '../work.ts';

/** The results of recipients in PostgreSQL: one statement for all of a job. */
export async function createResultTable(database: Queryable): Promise<void> {
  await database.query(
    'create table if not exists results (batch text, recipient text, message_id text, primary key (batch, recipient))',
  );
}

export async function storeResults(database: Queryable, batch: string, results: SmsResults): Promise<void> {
  await database.query(
    `insert into results select $1, * from unnest($2::text[], $3::text[])
     on conflict (batch, recipient) do update set message_id = excluded.message_id`,
    [batch, Object.keys(results), Object.values(results)],
  );
}

export async function countResults(database: Queryable, batch: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>('select count(*) from results where batch = $1', [batch]);
  return Number(rows[0]?.count);
}
