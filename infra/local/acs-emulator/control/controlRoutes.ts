import { writeMessage, writeParticipant, writeReceipt, writeThread } from '../chat/chatWire.ts';
import type { Context } from '../context.ts';
import { readEventChanges } from '../events/eventSettings.ts';
import { readFaults } from '../http/faults.ts';
import { Fields, parseJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param } from '../http/route.ts';
import { badRequest, invalidControl } from '../http/serviceError.ts';
import { readQuotas } from '../quotas/readQuotas.ts';
import { receiveSms } from '../sms/receiveSms.ts';
import type { KeyName } from '../state/accessKeys.ts';

/** The emulator's own API: what it received, and how it behaves. */
export const controlRoutes = defineRoutes(
  { service: 'emulator', auth: 'none' },
  {
    getHealth: { method: 'GET', path: '/_emulator/health', handle: () => ok({ status: 'ok' }) },
    reset: { method: 'DELETE', path: '/_emulator', handle: reset },

    listIdentities: {
      method: 'GET',
      path: '/_emulator/identities',
      handle: (_, context) => list(context.identities.list()),
    },
    listSms: {
      method: 'GET',
      path: '/_emulator/sms',
      handle: (call, context) => list(context.sms.list(readFilter(call))),
    },
    getSmsStats: { method: 'GET', path: '/_emulator/sms/stats', handle: (_, context) => ok(context.sms.stats()) },
    receiveSms: { method: 'POST', path: '/_emulator/sms/incoming', handle: receiveIncomingSms },
    listEmails: {
      method: 'GET',
      path: '/_emulator/emails',
      handle: (call, context) => list(context.emails.list(readFilter(call))),
    },
    getEmailStats: {
      method: 'GET',
      path: '/_emulator/emails/stats',
      handle: (_, context) => ok(context.emailQuotas.stats()),
    },
    listThreads: { method: 'GET', path: '/_emulator/threads', handle: listThreads },

    getEvents: { method: 'GET', path: '/_emulator/events', handle: (_, context) => ok(eventState(context)) },
    changeEvents: { method: 'PUT', path: '/_emulator/events', handle: changeEvents },
    listFaults: { method: 'GET', path: '/_emulator/faults', handle: (_, context) => list(context.faults.list()) },
    replaceFaults: { method: 'PUT', path: '/_emulator/faults', handle: replaceFaults },
    getQuotas: { method: 'GET', path: '/_emulator/quotas', handle: getQuotas },
    replaceQuotas: { method: 'PUT', path: '/_emulator/quotas', handle: replaceQuotas },
    regenerateKey: { method: 'POST', path: '/_emulator/keys/:action', handle: regenerateKey },
    issueEntraToken: { method: 'POST', path: '/_emulator/entraToken', handle: issueEntraToken },
  },
);

function ok(body: object): RouteResult {
  return { status: 200, body };
}

function list(value: readonly object[]): RouteResult {
  return ok({ value });
}

function reset(_call: Call, context: Context): RouteResult {
  context.reset();
  return { status: 204 };
}

/** Reads `?to=` and `?top=`. @throws ServiceError 400 */
function readFilter({ query }: Call): { to: string | undefined; top: number | undefined } {
  // '+' in a query decodes to a space; no phone number or address starts with one.
  const to = query.get('to')?.replace(/^ /, '+');
  const top = query.get('top') ?? undefined;
  if (top !== undefined && !/^\d{1,9}$/.test(top)) throw badRequest('top', 'top must be a whole number.');
  return { to, top: top === undefined ? undefined : Number(top) };
}

function receiveIncomingSms(call: Call, context: Context): RouteResult {
  return { status: 202, body: { messageId: receiveSms(call, context) } };
}

function listThreads(_call: Call, { chat }: Context): RouteResult {
  const threads = chat.threads().map((thread) => ({
    ...writeThread(thread),
    participants: Array.from(thread.participants.values(), writeParticipant),
    messages: thread.messages.map(writeMessage),
    readReceipts: Array.from(thread.receipts, writeReceipt),
  }));
  return list(threads);
}

function eventState({ events, pendingEvents: { pending, sent } }: Context): object {
  return { ...events.all, pending, sent };
}

/** Absent members keep their values. Events already pending are still sent. */
function changeEvents(call: Call, context: Context): RouteResult {
  context.events.change(readEventChanges(parseJson(call, badRequest)));
  return ok(eventState(context));
}

function replaceFaults(call: Call, { faults, operations }: Context): RouteResult {
  faults.replace(readFaults(parseJson(call, badRequest), operations, '', invalidControl('InvalidFault')));
  return list(faults.list());
}

function getQuotas(_call: Call, { smsQuotas, emailQuotas, identityQuotas }: Context): RouteResult {
  return ok({ sms: smsQuotas.rates, email: emailQuotas.rates, identity: identityQuotas.rates });
}

/** Replaces the quotas of all services; an absent service has no quotas afterwards. */
function replaceQuotas(call: Call, { smsQuotas, emailQuotas, identityQuotas }: Context): RouteResult {
  const body = new Fields(parseJson(call, badRequest), '', invalidControl('InvalidQuota'));
  if (body.names().length === 0) throw body.invalid('', 'name the quotas of sms, email or identity');
  const { sms, email, identity } = readQuotas(body);
  smsQuotas.replace(sms);
  emailQuotas.replace(email);
  identityQuotas.replace(identity);
  return ok({ sms, email, identity });
}

/**
 * Does what the resource manager does for `regenerateKey` of a communication resource. All user tokens become invalid.
 *
 * @see "User access tokens" (ACS), revocation
 */
function regenerateKey(call: Call, { accessKeys, record }: Context): RouteResult {
  accessKeys.regenerate(readKeyName(param(call, 'action')));
  record({ store: 'identity', type: 'allTokensRevoked' });
  const [primaryKey, secondaryKey] = [accessKeys.get('primary'), accessKeys.get('secondary')];
  const connectionString = (key: string | undefined) => key && `endpoint=${call.baseUrl}/;accesskey=${key}`;
  return ok({
    primaryKey,
    primaryConnectionString: connectionString(primaryKey),
    secondaryKey,
    secondaryConnectionString: connectionString(secondaryKey),
  });
}

function readKeyName(action: string): KeyName {
  if (action === 'primary:regenerate') return 'primary';
  if (action === 'secondary:regenerate') return 'secondary';
  throw badRequest('', 'Use primary:regenerate or secondary:regenerate.');
}

const ENTRA_TOKEN_MILLISECONDS = 60 * 60 * 1000;

/** Stands in for Entra ID, so that calls with a managed identity work without Azure. */
async function issueEntraToken(_call: Call, { tokens, now }: Context): Promise<RouteResult> {
  return ok(await tokens.issueEntraToken(new Date(now().getTime() + ENTRA_TOKEN_MILLISECONDS)));
}
