import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { OpenQueue, SmsJob } from '../work.ts';

/**
 * As BullMQ's documentation recommends it for production: many jobs are added with one `addBulk`, a limited number of
 * finished ones is kept. Recovery of jobs of a killed worker has its defaults: a lock of 30 s, a check every 30 s, and one
 * recovery of a job at most.
 *
 * @see https://docs.bullmq.io/guide/going-to-production
 * @see https://docs.bullmq.io/guide/queues/auto-removal-of-jobs
 */
export const open: OpenQueue = (server, name) => {
  const connection = { host: '127.0.0.1', port: Number(server) };
  const redis = new Redis({ ...connection, maxRetriesPerRequest: null });
  const queue = new Queue<SmsJob>(name, { connection });
  const resultsOf = (batch: string) => `results:${batch}`;
  return Promise.resolve({
    async enqueue(jobs) {
      await queue.addBulk(jobs.map((data) => ({ name: 'send', data })));
    },
    resultCount: (batch) => redis.hlen(resultsOf(batch)),
    async work(send, concurrency) {
      const handle = async ({ data }: { readonly data: SmsJob }) => {
        await redis.hset(resultsOf(data.batch), await send(data));
      };
      const kept = { removeOnComplete: { count: 1000 }, removeOnFail: { count: 5000 } };
      const worker = new Worker<SmsJob>(name, handle, { connection, concurrency, ...kept });
      worker.on('error', console.error);
      await worker.waitUntilReady();
    },
    async close() {
      await queue.close();
      await redis.quit();
    },
  });
};
