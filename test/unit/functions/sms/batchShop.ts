import type * as z from 'zod';
import { splitSmsBatch } from '../../../../functions/sms/splitSmsBatch.ts';
import { submitSmsBatch } from '../../../../functions/sms/submitSmsBatch.ts';
import type { AnyOperation, WorkerDefinition } from '../../../../shared/operation/definition.ts';
import type { FakeAnswer } from '../../acs/fixtures.ts';
import { anyOperation, type Got, KEYS, type Rig, rig } from '../../operation/fixtures.ts';
import { accepts, FROM, numbers } from './limitedshop.ts';

export interface BatchShop extends Rig {
  /** Submits a batch to so many recipients. @returns its id */
  readonly submit: (recipients?: number, more?: object) => Promise<string>;
  /** Submits a batch and gives its chunks their send times. */
  readonly submitAndSplit: (recipients?: number) => Promise<string>;
  /** Calls an operation on a batch, as `shop` unless another key is given. */
  readonly onBatch: (operation: AnyOperation, id: string, more?: BatchCall) => Promise<Got>;
  /** Runs a worker on every message that its queue has received since the last time. */
  readonly work: <Message extends z.ZodType>(worker: WorkerDefinition<Message>) => Promise<void>;
}

interface BatchCall {
  /** Of the query, besides the version. */
  readonly query?: string;
  readonly body?: object;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A Switchboard in memory whose batches only move when a test runs their workers. */
export function batchShop(acs: (body: unknown) => FakeAnswer = accepts): BatchShop {
  const it = rig({ acs: ({ body }) => acs(body) });
  const worked = new Map<string, number>();
  let calls = 0;
  const submit: BatchShop['submit'] = async (recipients = 2, more = {}) => {
    const body = { from: FROM, message: 'Hello', recipients: numbers(recipients), ...more };
    const target = '/sms/batches?api-version=2024-03-15';
    const answer = await it.http(anyOperation(submitSmsBatch), { target, params: {}, body });
    return String(Reflect.get(Object(answer.body), 'id'));
  };
  const work: BatchShop['work'] = async (worker) => {
    const messages = it.storage.messages(worker.queue);
    for (const message of messages.slice(worked.get(worker.queue) ?? 0)) {
      await worker.run(worker.message.parse(message), it.runtime, () => undefined);
    }
    worked.set(worker.queue, messages.length);
  };
  return {
    ...it,
    submit,
    submitAndSplit: async (recipients) => {
      const id = await submit(recipients);
      await work(splitSmsBatch);
      return id;
    },
    onBatch: (operation, id, { query = '', body, key = KEYS.shop, headers = {} } = {}) => {
      const path = operation.http.route.replace('{id}', id);
      const target = `/${path}?api-version=2024-03-15${query}`;
      const signedOn = new Date(it.clock.date.getTime() + 1000 * calls++); // equal requests of one second are refused
      return it.http(operation, { target, params: { id }, key, headers, signedOn, ...(body && { body }) });
    },
    work,
  };
}

/** An hour after the clock of a rig: a batch for that time waits on the split queue. */
export const LATER = '2026-01-15T09:30:00Z';

/** ACS refuses the first recipient of each request and accepts the others. */
export function refusesFirst(body: unknown): FakeAnswer {
  const answer = accepts(body);
  const [first, ...others] = Reflect.get(Object(answer.body), 'value') as readonly object[];
  const refused = { ...first, httpStatusCode: 400, successful: false, errorMessage: 'Invalid number' };
  return { status: 202, body: { value: [refused, ...others] } };
}
