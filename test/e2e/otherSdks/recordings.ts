import { readFileSync } from 'node:fs';
import * as z from 'zod';

/**
 * What SDKs of other languages send and what ACS answered, as JSON: facts of public recordings and, where no recording of
 * a current api-version is public, of the sources that build the request. Ids, numbers and addresses are placeholders,
 * which `state.ts` replaces: `{thread}`, or `{=thread}` where it is not escaped. What varies in a response is `<string>`, `<time>`, …
 */

export const headers = z.record(z.string(), z.string());

const request = z.strictObject({
  name: z.string(),
  operation: z.string(),
  /** Where the facts come from. */
  source: z.url({ hostname: /^github\.com$/ }),
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
  /** With the query. */
  path: z.string().regex(/^\/|^\{=\w+\}$/),
  headers,
  /** Otherwise, a user's token is in the headers. */
  isSigned: z.boolean().default(false),
  /** How it is signed, if not as the SDK signs by default. */
  signing: z.enum(['date']).optional(),
  body: z.unknown().optional(),
  /** Placeholders that stand for what must exist, though the request does not name it. */
  needs: z.array(z.string()).default([]),
});

const recordings = z.strictObject({
  sdk: z.string(),
  /** How ids are written in paths: `8%3Aacs%3A…` or `8:acs:…`. */
  ids: z.enum(['escaped', 'raw']),
  schemes: z.array(z.enum(['http', 'https'])).min(1),
  /** Of each request. */
  headers,
  /** Of each signed request. */
  signedHeaders: headers.default({}),
  /** The form of `x-ms-client-request-id`. */
  requestId: z.enum(['hexadecimal', 'uuid']),
  requests: z.array(request).min(1),
});

export const recordedResponse = z.strictObject({ status: z.int(), headers: headers.default({}), body: z.unknown() });

export type Recordings = z.infer<typeof recordings>;
export type RecordedResponse = z.infer<typeof recordedResponse>;
export type RecordedRequest = z.infer<typeof request>;

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as unknown;

const python = recordings.parse(read('python'));

/**
 * The same with `asyncio`: aiohttp does not escape what need not be, and gives a DELETE a length.
 *
 * @see https://github.com/Azure/azure-sdk-for-python/blob/c25065e2eddaf12f48c052cc87e2b0c6bb9ec5c4/sdk/communication/azure-communication-chat/tests/recordings/test_chat_thread_client_e2e_async.pyTestChatThreadClientAsynctest_update_topic.json
 */
const pythonAsync: Recordings = {
  ...python,
  ids: 'raw',
  requests: python.requests.map((it) =>
    it.method === 'DELETE' ? { ...it, headers: { ...it.headers, 'content-length': '0' } } : it,
  ),
};

export const SDKS = {
  dotnet: recordings.parse(read('dotnet')),
  python,
  pythonAsync,
  java: recordings.parse(read('java')),
};

/** By the names of the requests. ACS answers every SDK alike. */
export const RESPONSES = z.record(z.string(), recordedResponse).parse(read('responses'));
