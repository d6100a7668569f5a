import type { AuditPage, AuditQuery } from '../audit/auditLog.ts';
import { assertMayCall, assertMaySendFrom, type Client, maySendFrom } from '../clients/clients.ts';
import { destinationNotAllowed, emailDestinations, smsDestinations } from '../clients/destinations.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { validate, withoutNulls } from '../contract/validate.ts';
import type { Counted } from '../idempotency/answerLedger.ts';
import { leavesDoubt, runOnce } from '../idempotency/once.ts';
import { type WireIds, wireId } from '../idempotency/wireIds.ts';
import { usageOf } from '../limits/limits.ts';
import { type Meter, NO_CHARGE } from '../limits/meter.ts';
import type { Runtime } from '../runtime.ts';
import { annotate } from '../telemetry/telemetry.ts';
import { userOf } from './caller.ts';
import type { Answer, AnyOperation, OperationContext, OperationRequest } from './definition.ts';
import { asSwitchboardError } from './logging.ts';

/** Who calls: a client that has proved it, or, for chat, a user with a token of ACS. */
export type Caller =
  | { readonly kind: 'client'; readonly client: Client; readonly actingUser: string | undefined }
  | { readonly kind: 'user'; readonly userToken: string };

/** One call of an operation, over whichever trigger, before it is checked. */
export interface Call {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly ids: WireIds;
  /** Of parameters and body, where the caller names the operation: then it is carried out once. */
  readonly fingerprint: string | undefined;
  readonly reference: OperationContext['reference'];
  readonly publicUrl: string;
  readonly clientRequestId: string;
  readonly callersId: OperationContext['callersId'];
  readonly prefers: OperationContext['prefers'];
  /** Counts against the client's limits; users have none. */
  readonly meter: Meter | undefined;
}

/**
 * Checks a call against the operation's schemas and the client's rights, and runs it.
 *
 * @throws SwitchboardError whatever is wrong with the call or goes wrong on the way
 */
export async function execute(operation: AnyOperation, call: Call, runtime: Runtime): Promise<Answer> {
  const { caller, meter } = call;
  annotate({ 'switchboard.client': callerName(caller) });
  if (isCountedFirst(operation)) await meter?.request();
  try {
    if (caller.kind === 'client') assertMayCall(caller.client, operation.name);
    return await checkAndRun(operation, call, runtime);
  } finally {
    await meter?.request();
  }
}

/**
 * What is sent is counted together with its request; a request that came to send nothing, at its end. But to read a long
 * list is work that a client over its limit does not get.
 */
export function isCountedFirst({ isSending, request }: AnyOperation): boolean {
  return !isSending || request.longLists !== undefined;
}

async function checkAndRun(operation: AnyOperation, call: Call, runtime: Runtime): Promise<Answer> {
  const { caller } = call;
  const params = validate(operation.request.params, withoutNulls(call.params));
  const body = validate(operation.request.body, withoutNulls(call.body, operation.request.notNull));
  const request = { params, body };
  if (caller.kind === 'client') assertMaySend(operation, caller.client, request);
  if (operation.identity) await assertMayUse(caller, operation.identity(request), runtime);
  const run = async (ids: WireIds, counted: Counted = 'no') => {
    try {
      return await operation.run(request, contextOf(call, ids, runtime, counted));
    } catch (error) {
      if (!leavesDoubt(asSwitchboardError(error))) await call.meter?.refundAll();
      throw error;
    }
  };
  if (operation.method === 'GET' || call.fingerprint === undefined) return run(call.ids);
  // A record for a user whom ACS does not know would let anyone who makes up tokens fill the storage.
  if (caller.kind === 'user') await runtime.userProofs.assertGenuine(acsOf(call, runtime), caller.userToken);
  const name = { id: call.ids.uuid('operation'), fingerprint: call.fingerprint };
  return runOnce(operation, name, {
    ledger: runtime.answers,
    now: runtime.now,
    repeatabilityWindowSeconds: runtime.settings.sms.repeatabilityWindowSeconds,
    run: (timing, counted) => run({ ...call.ids, ...timing }, counted),
    hasCounted: () => call.meter?.isCharged ?? false,
    renew: async (kept) => operation.renew?.(kept, request, contextOf(call, call.ids, runtime, 'yes')) ?? kept,
  });
}

/** @throws SwitchboardError `Forbidden` for the sender, `DestinationNotAllowed` for a recipient */
function assertMaySend(operation: AnyOperation, client: Client, request: OperationRequest<unknown, unknown>): void {
  const named = operation.sender?.(request);
  if (named) assertMaySendFrom(client, named.sender, named.target);
  const mayReceive = emailDestinations(client);
  for (const { recipient, target } of operation.destinations?.(request) ?? []) {
    const problem = mayReceive(recipient);
    if (problem !== undefined) throw destinationNotAllowed(problem, target);
  }
}

/** @param counted whether what it sends has been counted by an earlier try */
function contextOf(call: Call, ids: WireIds, runtime: Runtime, counted: Counted): OperationContext {
  const { caller, reference, publicUrl, callersId, prefers } = call;
  const acs = acsOf(call, runtime);
  const asUser: OperationContext['asUser'] = (run) => {
    if (caller.kind === 'user') return run(caller.userToken);
    return runtime.chatUsers.actAs(acs, actorOf(caller), run);
  };
  const { smsBatches, smsReports, emails, optOuts, identities } = runtime;
  const client = callerName(caller);
  const mayUse = (sender: string) => caller.kind === 'client' && maySendFrom(caller.client, sender);
  return {
    ...{ acs, smsBatches, smsReports, emails, optOuts, identities, client, maySendFrom: mayUse },
    ...{ reference, publicUrl, prefers, ids, callersId, asUser },
    ...sendingContext(call, runtime, counted),
    auditEntries: (query) => auditEntries(caller, query, runtime),
    assertMayUse: (identity) => assertMayUse(caller, identity, runtime),
    wireId: async (kind, publicId) => wireId(await runtime.secret(), kind, scopeOf(caller), publicId),
  };
}

function acsOf({ publicUrl, clientRequestId }: Call, runtime: Runtime): OperationContext['acs'] {
  return runtime.acs(publicUrl, clientRequestId);
}

type SendingContext = Pick<
  OperationContext,
  'smsDestinations' | 'charge' | 'batchAdmission' | 'chargeRedrive' | 'usage'
>;

function sendingContext({ caller, meter }: Call, { limits }: Runtime, counted: Counted): SendingContext {
  if (caller.kind !== 'client' || !meter) return NOTHING_TO_SEND;
  const { client } = caller;
  return {
    smsDestinations: (sender) => smsDestinations(client, sender),
    charge: async (sending) => {
      if (counted === 'no') return meter.charge(sending);
      // Each recipient is not counted again where it may have been: it would be left out of what was sent to it.
      return counted === 'yes' ? NO_CHARGE : meter.chargeHashed(sending.channel, sending.recipients.length, []);
    },
    batchAdmission: async (sender) => {
      const { admitBatch } = await import('../limits/batchAdmission.ts');
      return admitBatch({ limits, meter, client, mayReach: await smsDestinations(client, sender), counted });
    },
    chargeRedrive: async (recipients) => {
      if (counted !== 'yes') await meter.chargeHashed('sms', recipients, []);
    },
    usage: () => usageOf(limits, client),
  };
}

/** Users of chat send no SMS and no emails. */
const notForUsers = () => Promise.reject(new SwitchboardError('Forbidden', 'Only a client may send SMS or emails.'));
const NOTHING_TO_SEND: SendingContext = {
  ...{ smsDestinations: notForUsers, charge: notForUsers, batchAdmission: notForUsers },
  ...{ chargeRedrive: notForUsers, usage: notForUsers },
};

async function assertMayUse(caller: Caller, identity: string, { identities }: Runtime): Promise<void> {
  if (caller.kind === 'client') return identities.assertMayUse(caller.client, identity);
  throw new SwitchboardError('Forbidden', 'Identities are for clients, not for users.');
}

async function auditEntries(caller: Caller, query: AuditQuery, { auditLog }: Runtime): Promise<AuditPage> {
  if (caller.kind === 'client') return auditLog(caller.client, query);
  throw new SwitchboardError('Forbidden', 'The audit log is for clients, not for users.');
}

/** For the log and for what belongs to a caller. */
export function callerName(caller: Caller): string {
  return caller.kind === 'client' ? caller.client.name : 'user';
}

/** The first parts of every name that is derived for a caller: a user can never meet a client of the same name. */
export function scopeOf(caller: Caller): readonly string[] {
  return caller.kind === 'client' ? ['client', caller.client.name] : ['user', userOf(caller.userToken)];
}

function actorOf({ client, actingUser }: Extract<Caller, { kind: 'client' }>) {
  if (actingUser === undefined) return { client: client.name };
  if (!client.mayActAs) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not act as another user.`, {
      target: 'acting-user',
    });
  }
  return { userId: actingUser };
}
