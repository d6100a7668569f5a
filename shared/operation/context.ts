import type { AcsSession } from '../acs/session.ts';
import type { AuditPage, AuditQuery } from '../audit/auditLog.ts';
import { actorOf, assertClient, type Caller, callerMaySendFrom, callerName, scopeOf } from '../clients/caller.ts';
import { type DestinationRule, smsDestinations } from '../clients/destinations.ts';
import type { Usage } from '../contract/usage.ts';
import type { Counted, RecordPlace } from '../idempotency/answerLedger.ts';
import { type NamedKind, type WireIds, wireId } from '../idempotency/wireIds.ts';
import type { BatchAdmission } from '../limits/batchAdmission.ts';
import { usageOf } from '../limits/limits.ts';
import type { Charge, ChargedAttempt, Sending } from '../limits/meter.ts';
import type { Runtime } from '../runtime.ts';

/** One call of an operation, over either trigger, before it is validated. */
export interface Call {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly ids: WireIds;
  /** Of parameters and body, if the caller named the operation: it runs once then. */
  readonly fingerprint: string | undefined;
  /** Where the operation's record is stored, if the caller named it. Default: `own`. */
  readonly record?: RecordPlace;
  readonly reference: Reference;
  /** Where callers reach Switchboard, without a trailing slash. */
  readonly publicUrl: string;
  readonly clientRequestId: string;
  /** A UUID that the caller chose itself, sent in the operation's `idHeader` (the official clients do this). */
  readonly callersId: string | undefined;
  /** The content type in which the caller wants the answer. */
  readonly answerType: string;
}

/** Identifies the request in later events. */
export interface Reference {
  /** The caller's own name for the request: its Idempotency-Key, or the queue message's id. */
  readonly subject: string | undefined;
  /** Queue for the events instead of `outcomes`. */
  readonly replyTo: string | undefined;
}

/**
 * What an operation may use besides its request, whichever trigger called it. Methods declare `this`, so that the compiler
 * rejects destructured ones.
 */
export class OperationContext {
  readonly acs: AcsSession;
  /** The UUIDs for ACS. */
  readonly ids: WireIds;
  /** Name of the calling client. */
  readonly client: string;
  readonly reference: Reference;
  readonly publicUrl: string;
  readonly callersId: string | undefined;
  readonly answerType: string;
  readonly smsBatches: Runtime['smsBatches'];
  readonly emails: Runtime['emails'];
  readonly smsReports: Runtime['smsReports'];
  readonly optOuts: Runtime['optOuts'];
  readonly identities: Runtime['identities'];
  readonly #caller: Caller;
  readonly #runtime: Runtime;
  readonly #attempt: ChargedAttempt;

  /** @param counted whether an earlier attempt counted what the operation sends */
  constructor(call: Call, runtime: Runtime, ids = call.ids, counted: Counted = 'no') {
    this.acs = runtime.acs(call.publicUrl, call.clientRequestId);
    this.ids = ids;
    this.client = callerName(call.caller);
    this.reference = call.reference;
    this.publicUrl = call.publicUrl;
    this.callersId = call.callersId;
    this.answerType = call.answerType;
    this.smsBatches = runtime.smsBatches;
    this.emails = runtime.emails;
    this.smsReports = runtime.smsReports;
    this.optOuts = runtime.optOuts;
    this.identities = runtime.identities;
    this.#caller = call.caller;
    this.#runtime = runtime;
    const mark = call.fingerprint === undefined ? undefined : ids.uuid('operation').slice(0, 8);
    this.#attempt = { mark, isTaken: counted === 'yes' };
  }

  /** Maps an id that the caller knows to the UUID that ACS gets: each caller's ids have a namespace of their own. */
  async wireId(this: OperationContext, kind: NamedKind, publicId: string): Promise<string> {
    return wireId(await this.#runtime.secret(), kind, scopeOf(this.#caller), publicId);
  }

  /** Chat: makes a call as the acting user. */
  async asUser<Result>(this: OperationContext, call: (userToken: string) => Promise<Result>): Promise<Result> {
    if (this.#caller.kind === 'user') return call(this.#caller.userToken);
    return this.#runtime.chatUsers.actAs(this.acs, actorOf(this.#caller), call);
  }

  /** Whether the caller may send from this number, sender ID or address. */
  maySendFrom(this: OperationContext, sender: string): boolean {
    return callerMaySendFrom(this.#caller, sender);
  }

  /** Returns the rule that says why the caller may not send SMS from this sender to a number. */
  async smsDestinations(this: OperationContext, sender: string): Promise<DestinationRule> {
    assertClient(this.#caller);
    return smsDestinations(this.#caller.client, sender);
  }

  /**
   * Counts messages against the caller's limits, before they are sent.
   *
   * @throws SwitchboardError `ClientLimitExceeded`
   */
  async charge(this: OperationContext, sending: Sending): Promise<Charge> {
    assertClient(this.#caller);
    return this.#caller.meter.charge(sending, this.#attempt);
  }

  /** Decides which recipients a batch from this sender may have, and counts them against the caller's limits. */
  async batchAdmission(this: OperationContext, sender: string): Promise<BatchAdmission> {
    assertClient(this.#caller);
    const { client, meter } = this.#caller;
    const { admitBatch } = await import('../limits/batchAdmission.ts');
    const mayReach = await smsDestinations(client, sender);
    return admitBatch({
      limits: this.#runtime.limits,
      meter,
      client,
      mayReach,
      attempt: this.#attempt,
    });
  }

  /** Counts the recipients of a batch to which it is sent again. */
  async chargeRedrive(this: OperationContext, recipients: number): Promise<void> {
    assertClient(this.#caller);
    if (!this.#attempt.isTaken) {
      await this.#caller.meter.chargeHashed({ channel: 'sms', total: recipients, hashes: [] });
    }
  }

  /** The caller's limits and how much of them it has used. */
  async usage(this: OperationContext): Promise<Usage> {
    assertClient(this.#caller);
    return usageOf(this.#runtime.limits, this.#caller.client);
  }

  /** The entries of the audit log that the caller may read. */
  async auditEntries(this: OperationContext, query: AuditQuery): Promise<AuditPage> {
    assertClient(this.#caller);
    return this.#runtime.auditLog(this.#caller.client, query);
  }

  /** @throws SwitchboardError `Forbidden` if the identity belongs to another client */
  async assertMayUse(this: OperationContext, identity: string): Promise<void> {
    assertClient(this.#caller);
    await this.#runtime.identities.assertMayUse(this.#caller.client, identity);
  }
}
