import type { InvocationContext } from '@azure/functions';
import { type Caller, scopeOf } from '../clients/caller.ts';
import type { Answer } from '../contract/answer.ts';
import { MESSAGE_BODIES_CONTAINER, type QueueMessage, queueMessage } from '../contract/queueMessage.ts';
import { invalidField, SwitchboardError, toSwitchboardError } from '../contract/switchboardError.ts';
import { assertStorable, validate } from '../contract/validate.ts';
import type { RecordPlace } from '../idempotency/answerLedger.ts';
import { derivedIds } from '../idempotency/wireIds.ts';
import { Meter } from '../limits/meter.ts';
import { processRuntime, type Runtime } from '../runtime.ts';
import { contentHash } from '../signing/sign.ts';
import { assertBodySize, parseJsonBody } from './body.ts';
import type { AnyOperation } from './definition.ts';
import { admit, execute } from './execute.ts';
import { logInvocation, withInvocationLog } from './logging.ts';
import type { QueueDelivery } from './queueDelivery.ts';
import { errorAnswer } from './response.ts';
import { MAXIMUM_TRIES, settle } from './settle.ts';

/**
 * Serves a queue message. It throws only to have the message delivered again later. Otherwise the message is settled: its
 * outcome is emitted, and a failed message is kept on the queue `<queue>-poison`.
 */
export function serveMessage(
  operation: AnyOperation,
  queue: string,
  delivery: QueueDelivery,
  context: InvocationContext,
  runtime: () => Runtime = processRuntime,
): Promise<void> {
  return withInvocationLog(context, async () => {
    const startedAt = performance.now();
    const { queueId: requestId } = delivery;
    let client: string | undefined;
    let answer: Answer;
    let error: SwitchboardError | undefined;
    try {
      client = runtime().clients.ownerNamed(delivery.client ?? '')?.name;
      answer = await serve(operation, delivery, runtime());
    } catch (thrown) {
      error = toSwitchboardError(thrown);
      answer = errorAnswer(error);
    }
    const { name } = operation;
    logInvocation(context, { name, operation, status: answer.status, client, requestId, startedAt, error });
    await settle({ operation, queue, delivery, answer, error }, runtime());
  });
}

async function serve(operation: AnyOperation, delivery: QueueDelivery, runtime: Runtime): Promise<Answer> {
  if (delivery.tries > MAXIMUM_TRIES) {
    const text = `Gave up after ${MAXIMUM_TRIES} tries, the last of which ended without an answer.`;
    throw new SwitchboardError('InternalServerError', text);
  }
  const message = validate(queueMessage, presentMembers(delivery.content));
  const client = message.client === undefined ? runtime.clients.own : runtime.clients.named(message.client);
  const meter = new Meter(runtime.limits, client);
  const caller: Caller = { kind: 'client', client, actingUser: message.actingUser, meter };
  const { params = {} } = message;
  const invocation = { operation, caller, trigger: 'queue' as const, requestId: delivery.queueId, params };
  return admit(invocation, runtime, async () => {
    const name = [...scopeOf(caller), 'queue', operation.name, delivery.id];
    const ids = derivedIds(await runtime.secret(), name, runtime.now());
    const call = {
      ...{ caller, params, ids },
      body: await readBodyOf(message, operation, runtime),
      fingerprint: fingerprintOf(message),
      record: recordOf(delivery),
      reference: { subject: delivery.id, replyTo: delivery.replyTo },
      publicUrl: runtime.settings.ownUrl,
      clientRequestId: ids.uuid('request'),
      callersId: undefined,
      answerType: 'application/json',
    };
    return execute(operation, call, runtime);
  });
}

/** The version before may have delivered this message, or another one with the same `id`. */
function recordOf({ tries, id, queueId }: QueueDelivery): RecordPlace {
  return tries === 1 && id === queueId ? 'shared' : 'either';
}

/** Of what the message requests; its name, and the queue for its outcome, are not part of that. */
function fingerprintOf({ params, body, bodyBlob, actingUser }: QueueMessage): string {
  return contentHash(JSON.stringify([params, body, bodyBlob, actingUser]));
}

/**
 * The members of a message; null means that a member is absent, as in a request. Only `client` has to be omitted to be
 * absent: if a sender loses the name, the message must not act as Switchboard itself.
 */
function presentMembers(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SwitchboardError('InvalidJson', 'The message is not a JSON object in UTF-8, nor base64 of one.');
  }
  assertStorable(content);
  return Object.fromEntries(Object.entries(content).filter(([name, it]) => it !== null || name === 'client'));
}

async function readBodyOf(message: QueueMessage, operation: AnyOperation, runtime: Runtime): Promise<unknown> {
  const { client, bodyBlob } = message;
  if (bodyBlob === undefined) return message.body;
  if (client !== undefined && !bodyBlob.startsWith(`${client}/`)) {
    const text = `A message of the client '${client}' may only name blobs under '${client}/'.`;
    throw new SwitchboardError('Forbidden', text, { target: 'bodyBlob' });
  }
  const bytes = await runtime.storage.blobs.read(MESSAGE_BODIES_CONTAINER, bodyBlob);
  if (!bytes) {
    throw invalidField('bodyBlob', `must be a blob in the container '${MESSAGE_BODIES_CONTAINER}'`);
  }
  assertBodySize(operation, bytes.length);
  return parseJsonBody(bytes, operation.body.longLists);
}
