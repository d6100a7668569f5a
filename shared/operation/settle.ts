import type { Answer } from '../contract/answer.ts';
import type { SwitchboardError } from '../contract/switchboardError.ts';
import { reserveWait } from '../email/submitEmail.ts';
import { emitOutcome } from '../outcomes/emitOutcome.ts';
import type { Runtime } from '../runtime.ts';
import { OWN_NAME } from '../settings/clientSettings.ts';
import { acceptedDelay } from '../storage/queues.ts';
import { errorLabel } from '../telemetry/masking.ts';
import { workPutBack } from '../telemetry/measures.ts';
import { messageText } from '../telemetry/traceMessage.ts';
import type { AnyOperation } from './definition.ts';
import type { QueueDelivery } from './queueDelivery.ts';

/** Attempts at a message with transient failures. host.json's `maxDequeueCount` is higher, so that Switchboard settles it. */
export const MAXIMUM_TRIES = 5;

export interface Settlement {
  readonly operation: AnyOperation;
  readonly queue: string;
  readonly delivery: QueueDelivery;
  readonly answer: Answer;
  /** Undefined if the operation succeeded. */
  readonly error: SwitchboardError | undefined;
}

/**
 * Settles a delivery. After a success the outcome is emitted. After a 429 the message is put back with ACS's delay, which does
 * not count as an attempt. After another transient failure the host delivers it again. Otherwise the failure is emitted, and
 * the message is kept on the poison queue.
 *
 * @throws Error to make the host deliver the message again
 */
export async function settle(settlement: Settlement, runtime: Runtime): Promise<void> {
  const { delivery, error, operation, queue } = settlement;
  if (!error) return emitResult(settlement, runtime);
  if (isPutBack(error)) return putBack(settlement, await delayOf(error, runtime), runtime);
  if (error.isTransient && error.code !== 'ClientLimitExceeded' && delivery.tries < MAXIMUM_TRIES) {
    const attempt = `try ${delivery.tries} of ${MAXIMUM_TRIES}`;
    throw new Error(`${operation.name} will be tried again (${attempt} failed): ${errorLabel(error)}`);
  }
  // A tracked operation is in doubt only until its row has the final status.
  if (!operation.isFollowed || error.code !== 'UpstreamInDoubt') await emitResult(settlement, runtime);
  await runtime.storage.queues.send(`${queue}-poison`, delivery.original, { encoding: 'none' });
}

/** Whether ACS or the client's limits allow the same message later. A message that exceeds a whole limit never fits. */
function isPutBack({ code, retryAfterSeconds }: SwitchboardError): boolean {
  return code === 'TooManyRequests' || (code === 'ClientLimitExceeded' && retryAfterSeconds !== undefined);
}

function emitResult({ operation, delivery, answer, error }: Settlement, runtime: Runtime): Promise<void> {
  const { id, client = OWN_NAME, replyTo } = delivery;
  const withheld = replyTo === undefined && !error ? operation.secrets : undefined;
  return emitOutcome(runtime.storage, {
    operation: operation.name,
    result: error ? 'failed' : operation.isFollowed ? 'accepted' : 'succeeded',
    subject: id,
    client,
    httpStatus: answer.status,
    data: withheld ? withheld.strip(answer.body) : answer.body,
    replyTo,
    time: runtime.now(),
  });
}

/** The delay that ACS asks for; if the whole sender has to wait, until a sending time reserved for this message. */
async function delayOf({ pace, retryAfterSeconds = 0 }: SwitchboardError, { emails }: Runtime): Promise<number> {
  if (!pace) return retryAfterSeconds;
  return Math.ceil((await reserveWait(emails, pace)) / 1000);
}

/** Sends the same message again with its id as a member: the queue would generate another one. */
async function putBack({ queue, delivery }: Settlement, delaySeconds: number, runtime: Runtime): Promise<void> {
  const text = messageText({ ...(delivery.content as object), id: delivery.id });
  workPutBack(queue, delaySeconds);
  await runtime.storage.queues.send(queue, text, { delaySeconds: acceptedDelay(delaySeconds) });
}
