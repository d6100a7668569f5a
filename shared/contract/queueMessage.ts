import * as z from 'zod';
import { identifierText } from './common.ts';

/** Queue names that Azure Storage accepts: 3 to 63 characters of a–z, 0–9 and single dashes inside. */
export const queueName = z.lazy(() =>
  z
    .string()
    .regex(
      /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'must be a queue name: 3 to 63 lowercase letters, digits and single dashes',
    ),
);

/**
 * The trace that processing the message continues. An invalid value starts a new trace.
 *
 * @see W3C Trace Context §3.2
 */
export const traceparent = z.lazy(() => z.string());

/**
 * A message on the queue of an operation. `params` has the path and query parameters of the HTTP request. The body is in
 * `body` or, if it exceeds 48 KB, in the blob `bodyBlob` of the container `message-bodies`; a client's blobs are under the
 * client's name, such as `shop/orders/17.json`.
 */
export const queueMessage = z.lazy(() =>
  z
    .strictObject({
      /** Makes the message idempotent, and is the outcome's `subject`. */
      id: z.string().min(1).max(256).optional(),
      /** Name of the client on whose behalf the operation runs; without it, Switchboard itself acts, unrestricted. */
      client: z.string().min(1).optional(),
      params: z.record(z.string(), z.unknown()).optional(),
      body: z.unknown().optional(),
      bodyBlob: z.string().refine(isBlobName, 'must be the name of a blob').optional(),
      /** Chat only: the ACS user on whose behalf the operation runs. */
      actingUser: identifierText.optional(),
      /** Queue for the outcome instead of `outcomes`. Only outcomes on such a queue contain access tokens. */
      replyTo: queueName.optional(),
      traceparent: traceparent.optional(),
    })
    .refine((it) => it.body === undefined || it.bodyBlob === undefined, {
      path: ['bodyBlob'],
      error: 'body and bodyBlob cannot both be set',
    }),
);

export type QueueMessage = z.output<typeof queueMessage>;

export const OUTCOMES_QUEUE = 'outcomes';
export const MESSAGE_BODIES_CONTAINER = 'message-bodies';
export const OUTCOME_BODIES_CONTAINER = 'outcome-bodies';

/**
 * The outcome of a message: a CloudEvents 1.0 event in JSON. `data` is the operation's result or `{ error }`; if it does
 * not fit into a queue message, `dataref` names the blob that contains it.
 *
 * @see CloudEvents 1.0.2 §3 and its extension "Dataref (Claim Check Pattern)"
 */
export const outcomeEvent = z.lazy(() =>
  z.strictObject({
    specversion: z.literal('1.0'),
    /** The same for every copy of one outcome. */
    id: z.string(),
    source: z.string(),
    type: z.string().regex(/^switchboard\.[A-Za-z]+\.[a-z]+$/),
    /** The message's `id`, or the name that the caller gave the subject of the event. */
    subject: z.string(),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    /** The HTTP status of the same request over HTTP; only for completed requests. */
    httpstatus: z.int().optional(),
    /** Name of the client, if the event concerns one. */
    client: z.string().optional(),
    data: z.unknown().optional(),
    dataref: z.string().optional(),
  }),
);

export type OutcomeEvent = z.output<typeof outcomeEvent>;

const MAXIMUM_LENGTH = 1024;

/** Letters and digits of any script, spaces inside, and characters without a meaning in URLs. */
const SEGMENT = /^(?! )[\p{L}\p{N} _.~!$&'()+,;=@-]+(?<! )$/u;

/**
 * Whether a string can only name a blob within its container: in a URL, `..`, `\`, `?`, `#` or an empty segment could
 * lead elsewhere.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
export function isBlobName(text: string): boolean {
  if (text.length > MAXIMUM_LENGTH) return false;
  return text.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}
