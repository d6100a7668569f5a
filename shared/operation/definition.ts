import type * as z from 'zod';
import type { AcsSession } from '../acs/session.ts';
import type { AuditEntry } from '../audit/auditEntry.ts';
import type { AuditPage, AuditQuery } from '../audit/auditLog.ts';
import type { DestinationRule } from '../clients/destinations.ts';
import { DEFAULT_BODY_LIMIT_BYTES } from '../contract/common.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Usage } from '../contract/usage.ts';
import type { EmailContext } from '../email/emailContext.ts';
import type { NamedKind, WireIds } from '../idempotency/wireIds.ts';
import type { Identities } from '../identities/identities.ts';
import type { BatchAdmission } from '../limits/batchAdmission.ts';
import type { Charge, Sending } from '../limits/meter.ts';
import type { OptOuts } from '../optouts/optOuts.ts';
import type { BatchContext } from '../smsbatch/batchContext.ts';
import type { SmsReportContext } from '../smsreports/smsReports.ts';

/** What an operation answers with, before it becomes an HTTP response or an outcome event. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body in JSON. */
  readonly text?: { readonly contentType: string; readonly content: string };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** What it changed, for the audit log; `none` where nothing was to be changed. */
  readonly effect?: Effect | 'none';
}

export type Effect = Pick<AuditEntry, 'resource' | 'recipients'>;

/** How a caller recognises what becomes of its request after the answer. */
export interface Reference {
  /** The caller's own name for the request: its Idempotency-Key, or the queue message's id. */
  readonly subject: string | undefined;
  /** Queue for the events instead of `outcomes`. */
  readonly replyTo: string | undefined;
}

/** What an operation may use besides its request. It does not know which trigger it was called by. */
export interface OperationContext {
  readonly acs: AcsSession;
  readonly smsBatches: BatchContext;
  readonly emails: EmailContext;
  readonly smsReports: SmsReportContext;
  readonly optOuts: OptOuts;
  /** What the calling client may read of the audit log. */
  readonly auditEntries: (query: AuditQuery) => Promise<AuditPage>;
  readonly identities: Identities;
  /** @throws SwitchboardError `Forbidden` when the caller may not use this identity */
  readonly assertMayUse: (identity: string) => Promise<void>;
  /** Name of the client that calls; for a caller with a user token, what such callers are called together. */
  readonly client: string;
  /** Whether the caller may send from this number, sender ID or address. */
  readonly maySendFrom: (sender: string) => boolean;
  /** Why the caller may not send SMS from this sender to a number, if it may not. */
  readonly smsDestinations: (sender: string) => Promise<DestinationRule>;
  /** Counts messages against the caller's limits, before they are sent. */
  readonly charge: (sending: Sending) => Promise<Charge>;
  /** As these two, for a batch. */
  readonly batchAdmission: (sender: string) => Promise<BatchAdmission>;
  /** Counts the recipients of a batch that are sent to again. */
  readonly chargeRedrive: (recipients: number) => Promise<void>;
  /** The caller's standing with its limits. */
  readonly usage: () => Promise<Usage>;
  /** Where later events about what is done here go. */
  readonly reference: Reference;
  /** Where callers reach Switchboard, no slash at the end. */
  readonly publicUrl: string;
  /** Whether the caller would rather have this content type than JSON. */
  readonly prefers: (contentType: string) => boolean;
  /** The UUIDs for ACS. */
  readonly ids: WireIds;
  /** A UUID that the caller itself chose, sent in the operation's `idHeader` as to ACS (the official clients do). */
  readonly callersId: string | undefined;
  /** The UUID for ACS of what the caller knows by `publicId`: the caller's ids live in a namespace of its own. */
  readonly wireId: (kind: NamedKind, publicId: string) => Promise<string>;
  /** Chat: runs a call as the acting user. */
  readonly asUser: <Result>(call: (userToken: string) => Promise<Result>) => Promise<Result>;
}

export interface OperationRequest<Params, Body> {
  /** Path and query parameters. */
  readonly params: Params;
  readonly body: Body;
}

export type AnswerHeader = 'Link' | 'Location' | 'Operation-Location' | 'Retry-After';

/** The groups of the API's description; the contract has the first four. */
export type Tag = 'Identity' | 'SMS' | 'Email' | 'Chat' | 'Audit' | 'System';

export interface OperationDefinition<Params extends z.ZodType, Body extends z.ZodType> {
  /** Of the file, the function and the operation in the contract. */
  readonly name: string;
  readonly tag: Tag;
  /** One sentence of what it does, for its callers. */
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Route template of the HTTP function, without a slash in front. */
  readonly route: string;
  /** The operation's queue; without one it is served over HTTP only. */
  readonly queue?: string;
  readonly request: {
    readonly params: Params;
    readonly body: Body;
    /** Members of the body in which null is wrong; in any other, it means that the member is absent. */
    readonly notNull?: readonly string[];
    /** Bytes of body, over HTTP or in a blob; `DEFAULT_BODY_LIMIT_BYTES` when not given. */
    readonly bodyLimitBytes?: number;
    /** Also takes CSV (`CSV_TYPES`): it becomes the body's member `csv`, and these other members stand in the query. */
    readonly csvQueryFields?: readonly string[];
    /** Members that may be very long arrays: in a long body they are `JsonList`s. */
    readonly longLists?: readonly string[];
  };
  /** The documented answers: the schema of the body by status, null for an empty one. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
  /** Another content type in which it answers those who would rather have it. */
  readonly textType?: 'text/csv';
  /** Headers of its answer, besides those that every answer has. */
  readonly answerHeaders?: readonly AnswerHeader[];
  /** It needs records that are deleted after their retention period: then it answers 410 `Expired`. */
  readonly canExpire?: true;
  /** It is done in Switchboard's own storage: no failure of ACS can come of it. */
  readonly isLocal?: true;
  /** In which a caller may send a UUID of its own that ACS recognises the request by. */
  readonly idHeader?: 'operation-id' | 'repeatability-request-id';
  /** Chat acts as a user: a caller's own user token is taken, besides a client's signature. */
  readonly actsAsUser?: boolean;
  /** Its answer only says that ACS has accepted it; later events report the final status. */
  readonly isFollowed?: boolean;
  /** The sender that the request names, if it does, held against the client's `senders`. */
  readonly sender?: (
    request: OperationRequest<z.output<Params>, z.output<Body>>,
  ) => { readonly sender: string; readonly target: string } | undefined;
  /** The identity that the request concerns, if it does, held against what the client may use. */
  readonly identity?: (request: OperationRequest<z.output<Params>, z.output<Body>>) => string;
  /** Recipients of which none may be one that the client may not send to. */
  readonly destinations?: (
    request: OperationRequest<z.output<Params>, z.output<Body>>,
  ) => readonly { readonly recipient: string; readonly target: string }[];
  /** It sends messages: the request is counted together with them. */
  readonly isSending?: true;
  /**
   * Whether it may be carried out again after a try that may have taken effect: ACS recognises it by its ids, for ever or
   * for as long as its window is open; or it would be doubled. `always` when not given.
   */
  readonly repeatable?: 'always' | 'withinWindow' | 'never';
  /** The body without its secrets; needed where there are any. */
  readonly withoutSecrets?: (body: unknown) => unknown;
  /** Makes new secrets for a kept answer, which has none; goes with `withoutSecrets`. */
  readonly renew?: (
    kept: Answer,
    request: OperationRequest<z.output<Params>, z.output<Body>>,
    context: OperationContext,
  ) => Promise<Answer>;
  readonly run: (
    request: OperationRequest<z.output<Params>, z.output<Body>>,
    context: OperationContext,
  ) => Promise<Answer>;
}

/** A definition with its request types erased. */
export type AnyOperation = OperationDefinition<z.ZodType, z.ZodType>;

/** @throws SwitchboardError `PayloadTooLarge` */
export function assertBodySize({ request }: AnyOperation, sizeBytes: number): void {
  const limit = request.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  if (sizeBytes > limit) throw new SwitchboardError('PayloadTooLarge', `The body may hold ${limit} bytes at most.`);
}
