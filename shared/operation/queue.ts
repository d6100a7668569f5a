import type { Client } from '../clients/clients.ts';
import { MESSAGE_BODIES_CONTAINER, type QueueMessage, queueMessage } from '../contract/queueMessage.ts';
import { invalidField, SwitchboardError } from '../contract/switchboardError.ts';
import { assertStorable, validate } from '../contract/validate.ts';
import { derivedIds } from '../idempotency/wireIds.ts';
import { Meter } from '../limits/meter.ts';
import type { Runtime } from '../runtime.ts';
import { contentHash } from '../signing/sign.ts';
import { audited } from './audit.ts';
import { type Answer, type AnyOperation, assertBodySize } from './definition.ts';
import type { MessageHandler } from './delivery.ts';
import { type Delivery, readDelivery } from './delivery.ts';
import { type Call, type Caller, execute, scopeOf } from './execute.ts';
import { parseJsonBody } from './json.ts';
import { asSwitchboardError, errorAnswer, logInvocation } from './logging.ts';
import { MAXIMUM_TRIES, settle } from './settle.ts';

/**
 * The queue function of an operation. It throws only to have the message delivered again later; in every other case the
 * message is finished: its outcome is emitted, and a failed one is kept on the queue `<queue>-poison`.
 */
export function queueHandler(operation: AnyOperation, queue: string, runtime: () => Runtime): MessageHandler {
  return async (message, context) => {
    const startedAt = performance.now();
    const delivery = readDelivery(message, context);
    let client: string | undefined;
    let answer: Answer;
    let error: SwitchboardError | undefined;
    try {
      client = runtime().clients.ownerNamed(delivery.known.client ?? '')?.name;
      answer = await serve(operation, delivery, runtime());
    } catch (thrown) {
      error = asSwitchboardError(thrown);
      answer = errorAnswer(error);
    }
    logInvocation(context, {
      operation: operation.name,
      request: operation.request,
      status: answer.status,
      client,
      requestId: delivery.queueId,
      startedAt,
      error,
    });
    await settle({ operation, queue, delivery, answer, error }, runtime());
  };
}

async function serve(operation: AnyOperation, delivery: Delivery, runtime: Runtime): Promise<Answer> {
  if (delivery.tries > MAXIMUM_TRIES) {
    const message = `Gave up after ${MAXIMUM_TRIES} tries, the last of which ended without an answer.`;
    throw new SwitchboardError('InternalServerError', message);
  }
  const message = validate(queueMessage, presentMembers(delivery.message.content));
  const client = clientOf(message, runtime);
  const caller: Caller = { kind: 'client', client, actingUser: message.actingUser };
  const { id } = delivery.known;
  const name = [...scopeOf(caller), 'queue', operation.name, id];
  const ids = derivedIds(await runtime.secret(), name, runtime.now());
  const params = message.params ?? {};
  const call: Omit<Call, 'body'> = {
    caller,
    params,
    ids,
    fingerprint: fingerprintOf(message),
    reference: { subject: id, replyTo: delivery.known.replyTo },
    publicUrl: runtime.settings.ownUrl,
    clientRequestId: ids.uuid('request'),
    callersId: undefined,
    prefers: () => false,
    meter: new Meter(runtime.limits, client),
  };
  const audit = { operation, caller, trigger: 'queue' as const, requestId: delivery.queueId, params };
  return audited(audit, runtime, async () =>
    execute(operation, { ...call, body: await bodyOf(message, operation, runtime) }, runtime),
  );
}

/** Of what the message asks for; how it is named, and where its outcome goes, is no part of that. */
function fingerprintOf({ params, body, bodyBlob, actingUser }: QueueMessage): string {
  return contentHash(JSON.stringify([params, body, bodyBlob, actingUser]));
}

/**
 * The members of a message; null means that a member is absent, as in a request. Only `client` has to be left out to be
 * absent: a name that a sender has lost must not make it act as Switchboard itself.
 */
function presentMembers(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SwitchboardError('InvalidJson', 'The message is not a JSON object in UTF-8, nor base64 of one.');
  }
  assertStorable(content);
  return Object.fromEntries(Object.entries(content).filter(([name, it]) => it !== null || name === 'client'));
}

function clientOf(message: QueueMessage, runtime: Runtime): Client {
  return message.client === undefined ? runtime.clients.own : runtime.clients.named(message.client);
}

async function bodyOf(message: QueueMessage, operation: AnyOperation, runtime: Runtime): Promise<unknown> {
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
  return parseJsonBody(bytes, operation.request.longLists);
}
