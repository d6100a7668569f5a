import * as z from 'zod';
import type { Context } from '../context.ts';
import type { RouteResult } from '../http/response.ts';
import { acsError, tooManyRequests } from '../http/serviceError.ts';
import { streamItems } from '../outbox/itemStream.ts';
import { NotReceivedError, waitFor } from '../outbox/waitFor.ts';
import { inspectionRoute, inspectionRoutes, partyParameter, wholeNumber } from './inspectionRoute.ts';
import { SMS_ITEM, SMS_SUMMARY } from './itemExamples.ts';
import { itemFilter } from './itemFilter.ts';
import { channel, item, itemPage } from './items.ts';

const MAXIMUM_TOP = 1000;
const DEFAULT_TOP = 100;
const DEFAULT_WAIT_SECONDS = 30;
const MAXIMUM_WAIT_SECONDS = 300;
const MAXIMUM_STREAMS = 100;

const sequence = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const oneItem = item.meta({ id: 'Item', examples: [SMS_ITEM] });

const page = itemPage.meta({ examples: [{ value: [SMS_SUMMARY], total: 1 }] });

/** What the emulator received, as lists, single items, and live. */
export const itemRoutes = inspectionRoutes({
  listItems: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items',
    summary: 'Lists items, newest first.',
    query: itemFilter.extend({
      search: z
        .string()
        .optional()
        .describe('Free text and `channel:`, `to:`, `from:`, `subject:`, `status:`; `"…"` for spaces, `-` to exclude.'),
      conversation: partyParameter.optional().describe('The id of a chat thread; or an address or number, whole.'),
      before: sequence.optional().describe('Only items of an earlier sequence: `next` of the page before.'),
      top: wholeNumber(1, MAXIMUM_TOP).optional().describe('Default 100.'),
    }),
    response: page,
    handle: ({ query: { before, top = DEFAULT_TOP, ...filter } }, { outbox }) => ({
      status: 200,
      body: outbox.items(filter, top, before),
    }),
  }),
  getItem: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items/:channel/:id',
    summary: 'Returns one item with all that is known about it.',
    params: z.object({ channel, id: z.string() }),
    response: oneItem,
    handle: ({ params }, { outbox }) => {
      const found = outbox.item(params.channel, params.id);
      if (!found) throw acsError(404, 'NotFound', `There is no item ${params.id}.`);
      return { status: 200, body: found };
    },
  }),
  getLatest: inspectionRoute({
    method: 'GET',
    path: '/_emulator/latest',
    summary: 'Returns the newest item that matches.',
    query: itemFilter,
    response: oneItem,
    handle: ({ query }, { outbox }) => {
      const found = outbox.latest(query);
      if (!found) throw acsError(404, 'NotFound', 'No item matches.');
      return { status: 200, body: found };
    },
  }),
  waitForItem: inspectionRoute({
    method: 'GET',
    path: '/_emulator/wait',
    summary: 'Returns the newest item that matches, at once or as soon as one does.',
    query: itemFilter.extend({
      after: sequence.optional().describe('Only items of a later sequence.'),
      timeoutSeconds: wholeNumber(0, MAXIMUM_WAIT_SECONDS)
        .optional()
        .describe('Default 30. After it: 404 `NotReceived`.'),
    }),
    response: oneItem,
    handle: async ({ query: { after, timeoutSeconds = DEFAULT_WAIT_SECONDS, ...filter }, ended }, { outbox }) => {
      const signal = AbortSignal.any([ended(), outbox.closed]);
      const options = { after, timeoutMilliseconds: timeoutSeconds * 1000, signal };
      return { status: 200, body: await waitFor(outbox, filter, options).catch((error) => rethrow(error, signal)) };
    },
  }),
  streamItems: inspectionRoute({
    method: 'GET',
    path: '/_emulator/stream',
    summary: 'Sends what arrives and changes as server-sent events.',
    query: z.object({
      lastEventId: z.string().optional().describe('Like the header `Last-Event-ID`: continues after this event.'),
    }),
    contentType: 'text/event-stream',
    errors: { 429: `There are ${MAXIMUM_STREAMS} streams already.` },
    handle: ({ query, header }, context) => stream(context, header('last-event-id') ?? query.lastEventId),
  }),
  getStats: inspectionRoute({
    method: 'GET',
    path: '/_emulator/stats',
    summary: 'Counts the items of each channel.',
    response: z.object({
      url: z.string(),
      startedAt: z.iso.datetime(),
      channels: z.record(
        channel,
        z.object({
          kept: z.int(),
          limit: z.int().describe('The oldest items are dropped when there are more.'),
          received: z.int().describe('Since the start or the last reset.'),
          dropped: z.int(),
        }),
      ),
      events: z.object({ pending: z.int(), sent: z.int() }),
    }),
    handle: ({ baseUrl }, { outbox, pendingEvents: { pending, sent } }) => ({
      status: 200,
      body: {
        url: baseUrl,
        startedAt: outbox.startedAt.toISOString(),
        channels: outbox.stats(),
        events: { pending, sent },
      },
    }),
  }),
});

function stream({ outbox, mailbox }: Context, lastEventId: string | undefined): RouteResult {
  if (outbox.streams.size >= MAXIMUM_STREAMS) {
    throw tooManyRequests(1, `There are ${MAXIMUM_STREAMS} streams already.`);
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    stream: (response) => streamItems(outbox, { mailbox, lastEventId }, response),
  };
}

function rethrow(error: unknown, { aborted }: AbortSignal): never {
  if (error instanceof NotReceivedError) throw acsError(404, 'NotReceived', error.message);
  if (aborted) throw acsError(503, 'ServiceUnavailable', 'The mailbox was closed.'); // or the client is gone
  throw error;
}
