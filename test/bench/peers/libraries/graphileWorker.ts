import { makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';
import type { OpenQueue, SmsJob } from '../work.ts';
import { countResults, createResultTable, storeResults } from './resultTable.ts';

/** What its documentation recommends for a high throughput: jobs are fetched and completed in batches. */
const BATCHING = { completeJobBatchDelay: 25, failJobBatchDelay: 25 };

/**
 * As Graphile Worker's documentation recommends it, with one departure in its favor: by default, jobs of a killed worker stay
 * locked for four hours. Here the next process unlocks them at once with `forceUnlockWorkers`, which is meant for workers
 * that are known to be dead.
 *
 * @see https://worker.graphile.org/docs/performance
 * @see https://worker.graphile.org/docs/error-handling
 */
export const open: OpenQueue = async (connectionString, name) => {
  const pool = new Pool({ connectionString, max: 4 });
  const utils = await makeWorkerUtils({ connectionString });
  await utils.migrate();
  await createResultTable(pool);
  return {
    async enqueue(jobs) {
      await utils.addJobs(jobs.map((payload) => ({ identifier: name, payload })));
    },
    resultCount: (batch) => countResults(pool, batch),
    async work(send, concurrency) {
      const { rows } = await pool.query<{ locked_by: string }>(
        'select distinct locked_by from graphile_worker.jobs where locked_by is not null',
      );
      await utils.forceUnlockWorkers(rows.map((row) => row.locked_by));
      const limits = {
        concurrentJobs: concurrency,
        maxPoolSize: concurrency + 2,
        localQueue: { size: concurrency + 1 },
      };
      await run({
        preset: { worker: { connectionString, ...limits, ...BATCHING } },
        taskList: {
          [name]: async (payload, { withPgClient }) => {
            const job = payload as SmsJob;
            const results = await send(job);
            await withPgClient((client) => storeResults(client, job.batch, results));
          },
        },
        parsedCronItems: [],
      });
    },
    async close() {
      await utils.release();
      await pool.end();
    },
  };
};
