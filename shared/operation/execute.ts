import { assertMayCall, assertMaySendFrom, type Client, maySendFrom } from '../clients/clients.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { validate, withoutNulls } from '../contract/validate.ts';
import { annotate } from '../telemetry/telemetry.ts';
import type { Answer, AnyOperation, OperationContext } from './definition.ts';
import { runOnce } from './once.ts';
import type { Runtime } from './runtime.ts';
import { userOf } from './userToken.ts';
import { type WireIds, wireId } from './wireids.ts';

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
}

/**
 * Checks a call against the operation's schemas and the client's rights, and runs it.
 *
 * @throws SwitchboardError whatever is wrong with the call or goes wrong on the way
 */
export async function execute(operation: AnyOperation, call: Call, runtime: Runtime): Promise<Answer> {
  const { caller } = call;
  if (caller.kind === 'client') assertMayCall(caller.client, operation.name);
  annotate({ 'switchboard.client': callerName(caller) });
  const params = validate(operation.request.params, withoutNulls(call.params));
  const body = validate(operation.request.body, withoutNulls(call.body, operation.request.notNull));
  const request = { params, body };
  const named = operation.sender?.(request);
  if (caller.kind === 'client' && named) assertMaySendFrom(caller.client, named.sender, named.target);
  if (operation.identity) await assertMayUse(caller, operation.identity(request), runtime);
  const run = (ids: WireIds) => operation.run(request, contextOf(call, ids, runtime));
  if (operation.method === 'GET' || call.fingerprint === undefined) return run(call.ids);
  // A record for a user whom ACS does not know would let anyone who makes up tokens fill the storage.
  if (caller.kind === 'user') await runtime.userProofs.assertGenuine(acsOf(call, runtime), caller.userToken);
  const name = { id: call.ids.uuid('operation'), fingerprint: call.fingerprint };
  return runOnce(operation, name, {
    ledger: runtime.answers,
    now: runtime.now,
    repeatabilityWindowSeconds: runtime.settings.sms.repeatabilityWindowSeconds,
    run: (timing) => run({ ...call.ids, ...timing }),
    renew: async (kept) => operation.renew?.(kept, request, contextOf(call, call.ids, runtime)) ?? kept,
  });
}

function contextOf(call: Call, ids: WireIds, runtime: Runtime): OperationContext {
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
    assertMayUse: (identity) => assertMayUse(caller, identity, runtime),
    wireId: async (kind, publicId) => wireId(await runtime.secret(), kind, scopeOf(caller), publicId),
  };
}

function acsOf({ publicUrl, clientRequestId }: Call, runtime: Runtime): OperationContext['acs'] {
  return runtime.acs(publicUrl, clientRequestId);
}

async function assertMayUse(caller: Caller, identity: string, { identities }: Runtime): Promise<void> {
  if (caller.kind === 'client') return identities.assertMayUse(caller.client, identity);
  throw new SwitchboardError('Forbidden', 'Identities are for clients, not for users.');
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
