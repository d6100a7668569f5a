import * as z from 'zod';
import { type Context, connectionString } from '../context.ts';
import { eventChanges, eventState } from '../events/eventSettings.ts';
import { faultsSchema } from '../http/faultSchema.ts';
import { badRequest } from '../http/serviceError.ts';
import { quotas } from '../quotas/quotasSchema.ts';
import { quotaUsage } from '../quotas/quotaUsage.ts';
import { OPERATIONS } from '../serviceRoutes.ts';
import { EARLIEST, LATEST } from '../state/virtualClock.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

const FAULT = { operation: 'sendSms', status: 429, retryAfterSeconds: 5, count: 2 };

const faults = faultsSchema(OPERATIONS);

const faultList = z.object({ value: faults }).meta({ examples: [{ value: [{ ...FAULT, seen: 3, fired: 2 }] }] });

const QUOTAS = { sms: { tollFree: 1200 }, email: { custom: { sendsPerMinute: 30 } } };

const allQuotas = quotas.required().meta({ examples: [{ ...QUOTAS, identity: {} }] });

const USAGE = {
  ...{ quota: 'sms.tollFree', sender: '+18005550100', limit: 1200, used: 3, windowSeconds: 60 },
  resetsAt: '2026-01-15T08:31:00.250Z',
};

const EVENTS = { enabled: true, delaySeconds: 0.2, schema: 'eventGrid', order: 'oldestFirst', duplicates: 0 };

const events = eventState.meta({ examples: [{ ...EVENTS, pending: 0, sent: 2 }] });

const clockState = z
  .object({
    now: z.iso.datetime(),
    offsetSeconds: z.number().describe("How far it is ahead of the machine's clock; negative: behind it."),
  })
  .meta({ examples: [{ now: '2026-01-15T09:30:00.250Z', offsetSeconds: 3600 }] });

const accessKeys = z
  .object({
    primaryKey: z.string(),
    primaryConnectionString: z.string(),
    secondaryKey: z.string().optional(),
    secondaryConnectionString: z.string().optional(),
  })
  .meta({
    examples: [
      {
        primaryKey: 'ZXhhbXBsZQ==',
        primaryConnectionString: 'endpoint=http://127.0.0.1:8787/;accesskey=ZXhhbXBsZQ==',
      },
    ],
  });

const keyAction = z.enum(['primary:regenerate', 'secondary:regenerate']);

/** How a mailbox behaves. */
export const controlRoutes = inspectionRoutes({
  getHealth: inspectionRoute({
    method: 'GET',
    path: '/_emulator/health',
    summary: 'Answers when the emulator is running.',
    response: z.object({ status: z.literal('ok') }).meta({ examples: [{ status: 'ok' }] }),
    handle: () => ({ status: 200, body: { status: 'ok' } }),
  }),
  reset: inspectionRoute({
    method: 'DELETE',
    path: '/_emulator',
    summary: 'Deletes all items, pending events, faults and quotas, and resets the clock and how events are sent.',
    handle: (_, context) => {
      context.reset();
      return { status: 204 };
    },
  }),
  listFaults: inspectionRoute({
    method: 'GET',
    path: '/_emulator/faults',
    summary: 'Lists the faults with how often they have struck.',
    response: faultList,
    handle: (_, context) => ({ status: 200, body: { value: context.faults.list() } }),
  }),
  replaceFaults: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/faults',
    summary:
      'Replaces the faults: failures of your choice, by count and never at random. The first that is due strikes.',
    body: faults.meta({ examples: [[FAULT]] }),
    errorCode: 'InvalidFault',
    response: faultList,
    handle: ({ body }, context) => {
      context.faults.replace(body);
      context.outbox.announce({ what: 'faults' });
      return { status: 200, body: { value: context.faults.list() } };
    },
  }),
  getQuotas: inspectionRoute({
    method: 'GET',
    path: '/_emulator/quotas',
    summary: 'Returns the quotas. There are none until some are set.',
    response: allQuotas,
    handle: (_, context) => ({ status: 200, body: ratesOf(context) }),
  }),
  replaceQuotas: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/quotas',
    summary: 'Replaces the quotas of all services, above which requests are answered with 429. Counting starts again.',
    body: quotas
      .refine((services) => Object.keys(services).length > 0, { error: 'name the quotas of sms, email or identity' })
      .meta({ minProperties: 1, examples: [QUOTAS] }),
    errorCode: 'InvalidQuota',
    response: allQuotas,
    handle: ({ body: { sms = {}, email = {}, identity = {} } }, context) => {
      context.smsQuotas.replace(sms);
      context.emailQuotas.replace(email);
      context.identityQuotas.replace(identity);
      context.outbox.announce({ what: 'quotas' });
      return { status: 200, body: ratesOf(context) };
    },
  }),
  getQuotaUsage: inspectionRoute({
    method: 'GET',
    path: '/_emulator/quotas/usage',
    summary: 'Lists how much of each quota is used now, by sender and time span.',
    response: z.object({ value: z.array(quotaUsage) }).meta({ examples: [{ value: [USAGE] }] }),
    handle: (_, { smsQuotas, emailQuotas, identityQuotas, now }) => ({
      status: 200,
      body: { value: [smsQuotas, emailQuotas, identityQuotas].flatMap((it) => it.usage(now())) },
    }),
  }),
  getEvents: inspectionRoute({
    method: 'GET',
    path: '/_emulator/events',
    summary: 'Returns how events are sent, and how many are pending.',
    response: events,
    handle: (_, context) => ({ status: 200, body: eventsOf(context) }),
  }),
  changeEvents: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/events',
    summary: 'Changes how events are sent. Absent members keep their values.',
    body: eventChanges.meta({ examples: [{ delaySeconds: 2, order: 'newestFirst', duplicates: 1 }] }),
    errorCode: 'InvalidEvents',
    response: events,
    handle: ({ body }, context) => {
      context.events.change(body);
      context.outbox.announce({ what: 'events' });
      return { status: 200, body: eventsOf(context) };
    },
  }),
  getClock: inspectionRoute({
    method: 'GET',
    path: '/_emulator/clock',
    summary: "Returns the emulator's time.",
    response: clockState,
    handle: (_, context) => ({ status: 200, body: clockOf(context) }),
  }),
  moveClock: inspectionRoute({
    method: 'POST',
    path: '/_emulator/clock',
    summary:
      'Moves the clock that settling, events, expiry and quotas go by. Events that become due are sent before the answer.',
    body: z
      .strictObject({
        advanceSeconds: z.number().min(0).optional(),
        now: z.iso
          .datetime({ offset: true, error: 'must be a date and time, such as 2026-01-15T08:30:00Z' })
          .optional(),
        reset: z.literal(true).optional().describe("Back to the machine's time."),
      })
      .refine((body) => Object.values(body).filter((it) => it !== undefined).length === 1, {
        error: 'name exactly one of advanceSeconds, now and reset',
      })
      .meta({ minProperties: 1, maxProperties: 1, examples: [{ advanceSeconds: 3600 }] }),
    response: clockState,
    handle: async ({ body }, context) => {
      moveClock(context, body);
      context.outbox.announce({ what: 'clock' });
      context.outbox.wake();
      await context.deliverDueEvents();
      return { status: 200, body: clockOf(context) };
    },
  }),
  getKeys: inspectionRoute({
    method: 'GET',
    path: '/_emulator/keys',
    summary: 'Returns the access keys with their connection strings.',
    response: accessKeys,
    handle: ({ baseUrl }, context) => ({ status: 200, body: keysOf(baseUrl, context) }),
  }),
  regenerateKey: inspectionRoute({
    method: 'POST',
    path: '/_emulator/keys/:action',
    summary: 'Replaces an access key, as the Azure portal does. All user tokens become invalid.',
    params: z.object({ action: keyAction.meta({ examples: ['primary:regenerate'] }) }),
    response: accessKeys,
    handle: ({ params, baseUrl }, context) => {
      context.accessKeys.regenerate(params.action === 'primary:regenerate' ? 'primary' : 'secondary');
      context.record({ store: 'identity', type: 'allTokensRevoked' });
      context.outbox.announce({ what: 'keys' });
      return { status: 200, body: keysOf(baseUrl, context) };
    },
  }),
  issueEntraToken: inspectionRoute({
    method: 'POST',
    path: '/_emulator/entraToken',
    summary: 'Issues a token like those of Entra ID, so that calls with a managed identity work without Azure.',
    response: z
      .object({ token: z.string(), expiresOn: z.string() })
      .meta({ examples: [{ token: 'eyJ…', expiresOn: '2026-01-15T09:30:00.2500000+00:00' }] }),
    handle: async (_, { tokens, now }) => {
      const expiresOn = new Date(now().getTime() + ENTRA_TOKEN_MILLISECONDS);
      return { status: 200, body: await tokens.issueEntraToken(expiresOn) };
    },
  }),
});

const ENTRA_TOKEN_MILLISECONDS = 60 * 60 * 1000;

function ratesOf({ smsQuotas, emailQuotas, identityQuotas }: Context): object {
  return { sms: smsQuotas.rates, email: emailQuotas.rates, identity: identityQuotas.rates };
}

function eventsOf({ events, pendingEvents: { pending, sent } }: Context): object {
  return { ...events.all, pending, sent };
}

function clockOf({ clock }: Context): z.infer<typeof clockState> {
  return { now: clock.now().toISOString(), offsetSeconds: clock.offsetMilliseconds / 1000 };
}

interface ClockMove {
  readonly advanceSeconds?: number | undefined;
  readonly now?: string | undefined;
}

/** @throws ServiceError 400 if the time is out of range */
function moveClock({ clock }: Context, { advanceSeconds, now }: ClockMove): void {
  if (advanceSeconds === undefined && now === undefined) {
    clock.reset();
    return;
  }
  const isMoved = now === undefined ? clock.advance((advanceSeconds ?? 0) * 1000) : clock.set(Date.parse(now));
  if (isMoved) return;
  const field = now === undefined ? 'advanceSeconds' : 'now';
  const [earliest, latest] = [EARLIEST, LATEST].map((it) => new Date(it).toISOString());
  throw badRequest(field, `${field}: the time must be from ${earliest} to ${latest}`);
}

function keysOf(url: string, { accessKeys: keys }: Context): z.infer<typeof accessKeys> {
  const [primaryKey = '', secondaryKey] = [keys.get('primary'), keys.get('secondary')];
  return {
    ...{ primaryKey, primaryConnectionString: connectionString(url, primaryKey) },
    ...(secondaryKey !== undefined && { secondaryKey, secondaryConnectionString: connectionString(url, secondaryKey) }),
  };
}
