import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import type { OpenQueue, SmsJob } from '../work.ts';
import { countResults, createResultTable, storeResults } from './resultTable.ts';

/** Fetched together; the others of the concurrency are workers of their own. */
const BATCH_SIZE = 6;

/**
 * As pg-boss's documentation recommends it: a heartbeat for quick tasks (30 to 60 s) in place of the default recovery after
 * 15 minutes, with its monitor every 60 s; batches that are fetched without a pause as long as they are full; notifications.
 *
 * @see https://github.com/timgit/pg-boss/blob/master/docs/api/queues.md
 * @see https://github.com/timgit/pg-boss/blob/master/docs/api/workers.md
 */
export const open: OpenQueue = async (connectionString, name) => {
  const pool = new Pool({ connectionString, max: 10 });
  const boss = new PgBoss({ connectionString, useListenNotify: true });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue(name, { heartbeatSeconds: 30, notify: true });
  await createResultTable(pool);
  return {
    async enqueue(jobs) {
      await boss.insert(
        name,
        jobs.map((data) => ({ data })),
      );
    },
    resultCount: (batch) => countResults(pool, batch),
    async work(send, concurrency) {
      const options = {
        localConcurrency: concurrency / BATCH_SIZE,
        batchSize: BATCH_SIZE,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
      };
      await boss.work<SmsJob>(name, options, (jobs) =>
        Promise.all(jobs.map(async ({ data }) => storeResults(pool, data.batch, await send(data)))),
      );
    },
    async close() {
      await boss.stop();
      await pool.end();
    },
  };
};
