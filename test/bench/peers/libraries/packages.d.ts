// What the bench uses of the packages, which are not installed in the project's own node_modules: see ../package.json.

declare module 'bullmq' {
  interface Connection {
    readonly host: string;
    readonly port: number;
  }
  export class Queue<Data> {
    constructor(name: string, options: { readonly connection: Connection });
    addBulk(jobs: readonly { readonly name: string; readonly data: Data }[]): Promise<unknown>;
    close(): Promise<void>;
  }
  export class Worker<Data> {
    constructor(
      name: string,
      handle: (job: { readonly data: Data }) => Promise<void>,
      options: {
        readonly connection: Connection;
        readonly concurrency: number;
        readonly removeOnComplete: { readonly count: number };
        readonly removeOnFail: { readonly count: number };
      },
    );
    on(event: 'error', listener: (error: Error) => void): void;
    waitUntilReady(): Promise<unknown>;
  }
}

declare module 'ioredis' {
  export class Redis {
    constructor(options: { readonly host: string; readonly port: number; readonly maxRetriesPerRequest: null });
    hset(key: string, fields: Readonly<Record<string, string>>): Promise<number>;
    hlen(key: string): Promise<number>;
    quit(): Promise<unknown>;
  }
}

declare module 'pg' {
  export interface Queryable {
    query<Row>(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
  }
  export class Pool implements Queryable {
    constructor(options: { readonly connectionString: string; readonly max: number });
    query<Row>(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
    end(): Promise<void>;
  }
}

declare module 'graphile-worker' {
  import type { Queryable } from 'pg';

  export interface WorkerUtils {
    migrate(): Promise<void>;
    addJobs(jobs: readonly { readonly identifier: string; readonly payload: unknown }[]): Promise<unknown>;
    forceUnlockWorkers(workerIds: readonly string[]): Promise<void>;
    release(): Promise<void>;
  }
  export function makeWorkerUtils(options: { readonly connectionString: string }): Promise<WorkerUtils>;

  interface Helpers {
    withPgClient<Result>(run: (client: Queryable) => Promise<Result>): Promise<Result>;
  }
  export function run(options: {
    readonly preset: {
      readonly worker: {
        readonly connectionString: string;
        readonly concurrentJobs: number;
        readonly maxPoolSize: number;
        readonly localQueue: { readonly size: number };
        readonly completeJobBatchDelay: number;
        readonly failJobBatchDelay: number;
      };
    };
    readonly taskList: Readonly<Record<string, (payload: unknown, helpers: Helpers) => Promise<void>>>;
    readonly parsedCronItems: readonly [];
  }): Promise<unknown>;
}

declare module 'pg-boss' {
  export class PgBoss {
    constructor(options: { readonly connectionString: string; readonly useListenNotify: boolean });
    on(event: 'error', listener: (error: Error) => void): void;
    start(): Promise<unknown>;
    createQueue(name: string, options: { readonly heartbeatSeconds: number; readonly notify: boolean }): Promise<void>;
    insert(name: string, jobs: readonly { readonly data: object }[]): Promise<unknown>;
    work<Data>(
      name: string,
      options: {
        readonly localConcurrency: number;
        readonly batchSize: number;
        readonly burstWhenBatchFull: boolean;
        readonly pollingIntervalSeconds: number;
      },
      handle: (jobs: readonly { readonly data: Data }[]) => Promise<unknown>,
    ): Promise<string>;
    stop(): Promise<void>;
  }
}
