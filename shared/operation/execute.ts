import { assertClient, type Caller } from '../clients/caller.ts';
import { assertMaySendFrom } from '../clients/clients.ts';
import { destinationNotAllowed, emailDestinations } from '../clients/destinations.ts';
import type { Answer } from '../contract/answer.ts';
import { toSwitchboardError } from '../contract/switchboardError.ts';
import { validate, withoutNulls } from '../contract/validate.ts';
import { runOnce } from '../idempotency/once.ts';
import type { Runtime } from '../runtime.ts';
import { type Call, OperationContext } from './context.ts';
import type { AnyOperation, OperationRequest } from './definition.ts';

/**
 * Validates a call against the operation's schemas and the client's permissions, and runs it; once, if its caller named it.
 *
 * @throws SwitchboardError for any error of the caller, of ACS or of Switchboard
 */
export async function execute(operation: AnyOperation, call: Call, runtime: Runtime): Promise<Answer> {
  const { caller, ids, fingerprint } = call;
  const params = validate(operation.params, withoutNulls(call.params));
  const body = validate(operation.body.schema, withoutNulls(call.body, operation.body.notNull));
  const request = { params, body };
  await assertPermitted(operation, caller, request, runtime);
  if (operation.http.method === 'GET' || fingerprint === undefined) {
    return run(operation, request, caller, new OperationContext(call, runtime));
  }
  // A record for a user unknown to ACS would let invented tokens fill the storage.
  if (caller.kind === 'user') {
    await runtime.userProofs.assertGenuine(runtime.acs(call.publicUrl, call.clientRequestId), caller.userToken);
  }
  return runOnce(
    operation,
    { id: ids.uuid('operation'), fingerprint },
    {
      ledger: runtime.answers,
      now: runtime.now,
      repeatabilityWindowSeconds: runtime.settings.sms.repeatabilityWindowSeconds,
      run: (timing, counted) =>
        run(operation, request, caller, new OperationContext(call, runtime, { ...ids, ...timing }, counted)),
      hasCounted: () => caller.kind === 'client' && caller.meter.isCharged,
      renew: async (stored) =>
        operation.secrets?.renew(stored, request, new OperationContext(call, runtime, ids, 'yes')) ?? stored,
    },
  );
}

/** @throws SwitchboardError `Forbidden` for a sender or an identity, `DestinationNotAllowed` for a recipient */
async function assertPermitted(
  { permissions = {} }: AnyOperation,
  caller: Caller,
  request: OperationRequest<unknown, unknown>,
  { identities }: Runtime,
): Promise<void> {
  if (caller.kind === 'client') {
    const named = permissions.sender?.(request);
    if (named) assertMaySendFrom(caller.client, named.sender, named.target);
    const problemOf = emailDestinations(caller.client);
    for (const { recipient, target } of permissions.destinations?.(request) ?? []) {
      const problem = problemOf(recipient);
      if (problem !== undefined) throw destinationNotAllowed(problem, target);
    }
  }
  if (!permissions.identity) return;
  assertClient(caller);
  await identities.assertMayUse(caller.client, permissions.identity(request));
}

/** Refunds what was counted if nothing was sent. */
async function run(
  operation: AnyOperation,
  request: OperationRequest<unknown, unknown>,
  caller: Caller,
  context: OperationContext,
): Promise<Answer> {
  try {
    return await operation.run(request, context);
  } catch (thrown) {
    const error = toSwitchboardError(thrown);
    if (caller.kind === 'client' && !error.mayHaveTakenEffect) await caller.meter.refundAll();
    throw error;
  }
}
