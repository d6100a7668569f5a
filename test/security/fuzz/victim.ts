import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Connection } from '../../../infra/local/client/connection.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { batchOf, submitted } from '../../setup/batches.ts';
import { type DescribedOperation, describedOperations } from '../../setup/describedOperations.ts';
import { acceptedEmail, emailStatusWhen, emailTo } from '../../setup/emails.ts';
import { SENDER, uniqueAddress, uniquePhone } from '../../setup/names.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { call, type JsonAnswer } from '../../setup/switchboard.ts';
import { untilAtRest } from './snapshot.ts';
import type { HostileRequest } from './wire.ts';

const key = (name: string) => Buffer.from(`fuzz-only-key-of-${name}`.padEnd(48, '!')).toString('base64');

/** Where the rival may send to: to no number of the test. */
const OWN_NUMBER = '+14255550199';

export const FUZZ_CLIENTS = {
  /** Whose things are attacked. */
  shop: { name: 'shop', keys: [key('shop')], allow: ['*', 'actAs'] },
  /** May do everything, with its own things and to its own number. */
  rival: { name: 'rival', keys: [key('rival')], allow: ['*'], recipients: [OWN_NUMBER] },
  /** May do next to nothing. */
  narrow: { name: 'narrow', keys: [key('narrow')], allow: ['getSmsBatch'], senders: ['+18005550110'] },
} as const;

/** Another client's work, and what a hostile caller may have learned of it. */
export interface Victim {
  readonly stack: OwnStack;
  readonly connections: Readonly<Record<keyof typeof FUZZ_CLIENTS, Connection>>;
  /** Every operation that needs a caller. */
  readonly operations: readonly DescribedOperation[];
  readonly ids: {
    readonly batch: string;
    readonly email: string;
    readonly identity: string;
    readonly thread: string;
    readonly chatMessage: string;
    readonly message: string;
    readonly idempotencyKey: string;
    readonly repeatabilityRequestId: string;
  };
  /** What no hostile caller has sent, and so may never read. */
  readonly secrets: readonly string[];
  /** A number of the victim's recipients. */
  readonly recipient: string;
  /** Signed requests of the victim as they went over the wire. */
  readonly captured: readonly HostileRequest[];
}

const identityAnswer = z.object({ identity: z.object({ id: z.string() }) });
const threadAnswer = z.object({ chatThread: z.object({ id: z.string() }) });
const smsAnswer = z.object({ value: z.tuple([z.object({ messageId: z.string() })]) });

function ok({ status, body }: JsonAnswer): unknown {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** Signs what goes over the wire as it is. */
export function signed(
  { endpoint, accessKey }: Connection,
  method: string,
  target: string,
  body?: string | Buffer,
  date = new Date(),
): HostileRequest & { readonly headers: { readonly authorization: string } } {
  const url = new URL(endpoint + target);
  const signature = sign({ method, url, body, date }, importKey(accessKey));
  // As the official clients do: without it, equal requests of one second would be one.
  const headers = { ...signature, 'content-type': 'application/json', 'x-ms-client-request-id': randomUUID() };
  return { method, target: url.pathname + url.search, headers, ...(body === undefined ? {} : { body }) };
}

const VERSION = 'api-version=2024-03-15';

/** Everything that the victim does before the attack. */
export async function createVictim(stack: OwnStack): Promise<Victim> {
  const connectionOf = (name: keyof typeof FUZZ_CLIENTS): Connection => ({
    endpoint: stack.switchboard,
    accessKey: FUZZ_CLIENTS[name].keys[0],
  });
  const connections = { shop: connectionOf('shop'), rival: connectionOf('rival'), narrow: connectionOf('narrow') };
  const { shop } = connections;
  const post = async (target: string, body: unknown, headers: Record<string, string> = {}) =>
    ok(await call(shop, { method: 'POST', target, body, headers }));
  const [secret, recipient] = [`secret ${randomUUID()}`, uniquePhone()];
  const [idempotencyKey, repeatabilityRequestId] = [randomUUID(), randomUUID()];
  const sms = { from: SENDER, smsRecipients: [{ to: recipient }], message: secret };
  const sent = smsAnswer.parse(
    await post(
      '/sms',
      {
        ...sms,
        smsRecipients: [{ to: recipient, repeatabilityRequestId, repeatabilityFirstSent: new Date().toUTCString() }],
      },
      { 'Idempotency-Key': idempotencyKey },
    ),
  );
  const { identity } = identityAnswer.parse(await post('/identities', {}, { 'Idempotency-Key': idempotencyKey }));
  const { chatThread } = threadAnswer.parse(
    await post('/chat/threads', { topic: secret }, { 'Idempotency-Key': idempotencyKey }),
  );
  const messages = `/chat/threads/${encodeURIComponent(chatThread.id)}/messages`;
  const chatMessage = z.object({ id: z.string() }).parse(await post(messages, { content: secret }));
  ok(await call(connections.rival, { method: 'GET', target: '/chat/threads' })); // creates its own chat identity
  const email = await acceptedEmail(
    shop,
    emailTo([uniqueAddress()], { content: { subject: secret, plainText: secret } }),
  );
  await emailStatusWhen(shop, email, ({ status }) => status === 'Succeeded');
  const batch = await submitted(shop, { from: SENDER, message: secret, recipients: [recipient, uniquePhone()] });
  const replayable = signed(shop, 'POST', `/sms?${VERSION}`, JSON.stringify(sms));
  await fetch(shop.endpoint + replayable.target, {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(replayable.headers).filter(([name]) => name !== 'host')),
    body: JSON.stringify(sms),
  });
  await untilAtRest(stack, async () => (await batchOf(shop, batch.id)).counts.delivered === 2);
  const ids = { batch: batch.id, email, identity: identity.id, thread: chatThread.id, idempotencyKey };
  const more = { message: sent.value[0].messageId, chatMessage: chatMessage.id };
  return {
    ...{ stack, connections, recipient, captured: [replayable], secrets: [secret] },
    operations: await describedOperations(stack.switchboard),
    ids: { ...ids, ...more, repeatabilityRequestId },
  };
}
