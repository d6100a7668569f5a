import * as z from 'zod';
import { identifierText } from './common.ts';

/** Queue names as Azure Storage takes them: 3 to 63 of a–z, 0–9 and single dashes inside. */
export const queueName = z.lazy(() =>
  z.string().regex(/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be a queue name'),
);

/**
 * The trace that a message takes on. One that cannot be read begins another.
 *
 * @see W3C Trace Context §3.2
 */
export const traceparent = z.lazy(() => z.string());

/**
 * The message on every operation queue. `params` holds the path and query parameters of the HTTP form;
 * the body stands in `body`, or, when it does not fit into 48 KB, in the blob `bodyBlob` of the container `message-bodies`:
 * that of a client under the client's name, as `shop/orders/17.json`.
 */
export const queueMessage = z.lazy(() =>
  z
    .strictObject({
      /** Makes the message idempotent, and comes back as the outcome's `subject`. */
      id: z.string().min(1).max(256).optional(),
      /** Name of the client on whose behalf this is done; without it, Switchboard itself acts, unrestricted. */
      client: z.string().min(1).optional(),
      params: z.record(z.string(), z.unknown()).optional(),
      body: z.unknown().optional(),
      bodyBlob: z.string().refine(isBlobName, 'must be the name of a blob').optional(),
      /** Chat only: the ACS user who acts. */
      actingUser: identifierText.optional(),
      /** Queue that gets the outcome instead of `outcomes`; the only way for a token to be handed out. */
      replyTo: queueName.optional(),
      traceparent: traceparent.optional(),
    })
    .refine((it) => it.body === undefined || it.bodyBlob === undefined, {
      path: ['bodyBlob'],
      error: 'body and bodyBlob exclude each other',
    }),
);

export type QueueMessage = z.output<typeof queueMessage>;

export const OUTCOMES_QUEUE = 'outcomes';
export const MESSAGE_BODIES_CONTAINER = 'message-bodies';
export const OUTCOME_BODIES_CONTAINER = 'outcome-bodies';

/**
 * What became of a message: a CloudEvents 1.0 event in JSON. `data` is the operation's result or `{ error }`; where it
 * does not fit into a queue message, `dataref` names the blob that holds it.
 *
 * @see CloudEvents 1.0.2 §3 and its extension "Dataref (Claim Check Pattern)"
 */
export const outcomeEvent = z.lazy(() =>
  z.strictObject({
    specversion: z.literal('1.0'),
    /** The same for every repetition of one outcome. */
    id: z.string(),
    source: z.string(),
    type: z.string().regex(/^switchboard\.[A-Za-z]+\.[a-z]+$/),
    /** The message's `id`, or the name that its caller gave what the event is about. */
    subject: z.string(),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    /** The HTTP status that the same request gets over HTTP; only where a request has ended. */
    httpstatus: z.int().optional(),
    /** Name of the client; without one, it concerns none. */
    client: z.string().optional(),
    data: z.unknown().optional(),
    dataref: z.string().optional(),
  }),
);

export type OutcomeEvent = z.output<typeof outcomeEvent>;

const MAXIMUM_LENGTH = 1024;

/** Letters and digits of any script, spaces inside, and signs that mean nothing in a URL. */
const SEGMENT = /^(?! )[\p{L}\p{N} _.~!$&'()+,;=@-]+(?<! )$/u;

/**
 * Whether a text names a blob within its container, and nothing else: in a URL, `..`, `\`, `?`, `#` or an empty segment
 * could lead to another one.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
export function isBlobName(text: string): boolean {
  if (text.length > MAXIMUM_LENGTH) return false;
  return text.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}
