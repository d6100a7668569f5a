import type { AuditEntry } from '../audit/auditEntry.ts';
import type { AuditTrigger } from '../contract/audit.ts';
import type { ErrorCode, SwitchboardError } from '../contract/switchboardError.ts';
import type { Runtime } from '../runtime.ts';
import type { Answer, AnyOperation, Effect } from './definition.ts';
import type { Caller } from './execute.ts';
import { asSwitchboardError } from './logging.ts';

/** A call of a client that has proved who it is. */
export interface AuditedCall {
  readonly operation: AnyOperation;
  readonly caller: Caller;
  readonly trigger: AuditTrigger;
  /** Made by Switchboard, or by the queue; never the caller's own. */
  readonly requestId: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Refusals that are about what a client may do. What is wrong with a request itself changes nothing, and is no news. */
const REFUSED: readonly ErrorCode[] = ['Forbidden', 'DestinationNotAllowed', 'ClientLimitExceeded'];

/** After which it may have taken effect. */
const IN_DOUBT: readonly ErrorCode[] = ['UpstreamInDoubt', 'StorageContention', 'InternalServerError'];

/** An id of an ACS user. @see https://learn.microsoft.com/azure/communication-services/concepts/identifiers */
const USER_ID = /^8:(?:acs|spool|dod-acs|gcch-acs):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}_[0-9a-f-]{36}$/i;

/**
 * Runs an operation, and records what it did, or that the client may not do it, before its caller gets the answer. Reads
 * are not recorded, and neither are users with tokens of their own, whom ACS knows and Switchboard does not.
 */
export async function audited(call: AuditedCall, runtime: Runtime, run: () => Promise<Answer>): Promise<Answer> {
  const { operation, caller } = call;
  if (operation.method === 'GET' || caller.kind !== 'client') return run();
  let answer: Answer;
  try {
    answer = await run();
  } catch (thrown) {
    const error = asSwitchboardError(thrown);
    await recordFailure(call, error, runtime);
    throw error;
  }
  if (answer.effect !== 'none' && (!isReplayed(answer) || operation.renew)) {
    await runtime.audit.record({ ...entryOf(call, runtime), status: answer.status, ...recordable(answer.effect) });
  }
  return answer;
}

async function recordFailure(call: AuditedCall, error: SwitchboardError, runtime: Runtime): Promise<void> {
  const { status, code } = error;
  if (![...REFUSED, ...IN_DOUBT].includes(code)) return;
  const entry: AuditEntry = { ...entryOf(call, runtime), status, code };
  if (code === 'ClientLimitExceeded') return runtime.audit.recordOncePerMinute(entry);
  const id = call.operation.identity ? String(call.params['id']) : '';
  await runtime.audit.record({ ...entry, ...recordable({ resource: { type: 'identity', id } }) });
}

function entryOf({ operation, caller, trigger, requestId }: AuditedCall, { now }: Runtime): AuditEntry {
  const actingUser = operation.actsAsUser && caller.kind === 'client' ? caller.actingUser : undefined;
  return {
    ...{ time: now().getTime(), trigger, operation: operation.name, requestId },
    client: caller.kind === 'client' ? caller.client.name : '',
    actingUser: isUserId(actingUser) ? actingUser : undefined,
  };
}

/** Where the id of an identity belongs, a caller may write anything, and ACS confirms any deletion. */
function recordable({ resource, recipients }: Effect = {}): Effect {
  return { recipients, ...(resource?.type === 'identity' && !isUserId(resource.id) ? {} : { resource }) };
}

function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}

function isReplayed({ headers }: Answer): boolean {
  return headers?.['idempotent-replayed'] !== undefined;
}
