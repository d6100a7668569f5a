import type { SwitchboardError } from '../contract/switchboardError.ts';
import { reserveWait } from '../email/submitEmail.ts';
import { emitOutcome } from '../outcomes/outcome.ts';
import type { Runtime } from '../runtime.ts';
import { OWN_NAME } from '../settings/clientSettings.ts';
import { errorLabel } from '../telemetry/masking.ts';
import { workPutBack } from '../telemetry/measures.ts';
import { messageText } from '../telemetry/traceMessage.ts';
import type { Answer, AnyOperation } from './definition.ts';
import type { Delivery } from './delivery.ts';

/** Tries of a message whose failure may pass; host.json's `maxDequeueCount` lies above, so that the last word is ours. */
export const MAXIMUM_TRIES = 5;

/** The longest delay of a queue message. @see Azure Storage "Put Message" */
const MAXIMUM_DELAY_SECONDS = 7 * 24 * 60 * 60;

export interface Settlement {
  readonly operation: AnyOperation;
  readonly queue: string;
  readonly delivery: Delivery;
  readonly answer: Answer;
  /** Undefined when the operation succeeded. */
  readonly error: SwitchboardError | undefined;
}

/**
 * Ends a delivery: the outcome is emitted; or the message goes back with ACS's delay (429, which uses up no try); or it is
 * left for redelivery by throwing; or, as a failed one, it is kept on the poison queue.
 *
 * @throws Error to have the host deliver the message again
 */
export async function settle(settlement: Settlement, runtime: Runtime): Promise<void> {
  const { delivery, error, operation, queue } = settlement;
  if (!error) return tellOutcome(settlement, runtime);
  if (isPutBack(error)) return putBack(settlement, await delayOf(error, runtime), runtime);
  if (error.isTransient && error.code !== 'ClientLimitExceeded' && delivery.tries < MAXIMUM_TRIES) {
    const attempt = `try ${delivery.tries} of ${MAXIMUM_TRIES}`;
    throw new Error(`${operation.name} will be tried again (${attempt} failed): ${errorLabel(error)}`);
  }
  // A tracked operation is in doubt only until its row has the result.
  if (!operation.isFollowed || error.code !== 'UpstreamInDoubt') await tellOutcome(settlement, runtime);
  await runtime.storage.queues.send(`${queue}-poison`, delivery.message.original, { encoding: 'none' });
}

/** What ACS or a limit of the client allows later. What is more than the limit itself never fits. */
function isPutBack({ code, retryAfterSeconds }: SwitchboardError): boolean {
  return code === 'TooManyRequests' || (code === 'ClientLimitExceeded' && retryAfterSeconds !== undefined);
}

function tellOutcome({ operation, delivery, answer, error }: Settlement, runtime: Runtime): Promise<void> {
  const { id, client = OWN_NAME, replyTo } = delivery.known;
  const withhold = replyTo === undefined && !error && operation.withoutSecrets;
  return emitOutcome(runtime.storage, {
    operation: operation.name,
    result: error ? 'failed' : operation.isFollowed ? 'accepted' : 'succeeded',
    subject: id,
    client,
    httpStatus: answer.status,
    data: withhold ? withhold(answer.body) : answer.body,
    replyTo,
    time: runtime.now(),
  });
}

/** As long as ACS says; where a whole sender has to wait, until a sending time of its own. */
async function delayOf({ pace, retryAfterSeconds = 0 }: SwitchboardError, { emails }: Runtime): Promise<number> {
  if (!pace) return retryAfterSeconds;
  return Math.ceil((await reserveWait(emails, pace)) / 1000);
}

/** The same message once more, bearing its id from now on: the queue would give it another one. */
async function putBack({ queue, delivery }: Settlement, delaySeconds: number, runtime: Runtime): Promise<void> {
  const { message, known } = delivery;
  const text = messageText({ ...(message.content as object), id: known.id });
  workPutBack(queue, delaySeconds);
  await runtime.storage.queues.send(queue, text, { delaySeconds: Math.min(delaySeconds, MAXIMUM_DELAY_SECONDS) });
}
