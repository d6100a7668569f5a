import type { HttpHandler } from '@azure/functions';
import type * as z from 'zod';
import type { Answer } from '../contract/answer.ts';
import type { RepetitionRules } from '../idempotency/once.ts';
import type { Runtime } from '../runtime.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import type { OperationContext } from './context.ts';

export interface OperationRequest<Params, Body> {
  /** Path and query parameters. */
  readonly params: Params;
  readonly body: Body;
}

export type AnswerHeader = 'Link' | 'Location' | 'Operation-Location' | 'Retry-After';

/** The groups of the API's description; the contract has the first four. */
export type Tag = 'Identity' | 'SMS' | 'Email' | 'Chat' | 'Audit' | 'System';

/**
 * Declares one operation: how it is called, what it accepts and returns, who may call it, how it may be repeated, and what
 * it does. Trigger functions and the API's description are both made from this.
 */
export interface OperationDeclaration<Params extends z.ZodType, Body extends z.ZodType> extends RepetitionRules {
  /** Name of the file, the function and the operation in the contract. */
  readonly name: string;
  readonly tag: Tag;
  /** One sentence for callers, about what the operation does. */
  readonly summary: string;
  readonly http: HttpOptions;
  /** The operation's queue; without one it is served over HTTP only. */
  readonly queue?: string;
  readonly params: Params;
  /** Absent: the operation takes no body. */
  readonly body?: BodyOptions<Body>;
  /** The documented answers: the schema of the body by status, null for an empty one. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
  readonly permissions?: Permissions<z.output<Params>, z.output<Body>>;
  /** Acts as a chat user: accepts a user's own token, besides a client's signature. */
  readonly actsAsUser?: boolean;
  /** Changes nothing, although it is a POST. */
  readonly isQuery?: true;
  /** Runs in Switchboard's own storage: ACS cannot make it fail. */
  readonly isLocal?: true;
  /** Needs records that are deleted after their retention period: answers 410 `Expired` then. */
  readonly canExpire?: true;
  /** Its answer only says that ACS accepted it; later events report the final status. */
  readonly isFollowed?: boolean;
  readonly secrets?: {
    /** Removes the secrets from a body. */
    readonly strip: (body: unknown) => unknown;
    /** Adds new secrets to a stored answer, which has none. */
    readonly renew: Renew<z.output<Params>, z.output<Body>>;
  };
  readonly run: (
    request: OperationRequest<z.output<Params>, z.output<Body>>,
    context: OperationContext,
  ) => Promise<Answer>;
}

/** A declaration with its body; the schema of none is `noBody`. */
export interface OperationDefinition<Params extends z.ZodType, Body extends z.ZodType>
  extends OperationDeclaration<Params, Body> {
  readonly body: BodyOptions<Body>;
}

type Renew<Params, Body> = (
  stored: Answer,
  request: OperationRequest<Params, Body>,
  context: OperationContext,
) => Promise<Answer>;

export interface HttpOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Route template without a leading slash. */
  readonly route: string;
  /** Headers of the answer, besides those that every answer has. */
  readonly answerHeaders?: readonly AnswerHeader[];
  /** Another content type of the answer, for callers that prefer it to JSON. */
  readonly textType?: 'text/csv';
  /** The header in which a caller may send a UUID of its own, by which ACS recognises the request. */
  readonly idHeader?: 'operation-id' | 'repeatability-request-id';
}

interface BodyOptions<Body extends z.ZodType> {
  readonly schema: Body;
  /** For a body over HTTP or in a blob; `DEFAULT_BODY_LIMIT_BYTES` if absent. */
  readonly limitBytes?: number;
  /** Members in which null is an error; in all others, null means that the member is absent. */
  readonly notNull?: readonly string[];
  /** Also accepts CSV (`CSV_TYPES`): it becomes the member `csv`, and these other members are read from the query. */
  readonly csvQueryFields?: readonly string[];
  /** Members that may be very long arrays: in a long body they are `JsonList`s. */
  readonly longLists?: readonly string[];
}

/** What a request names that the client must be allowed to use. */
interface Permissions<Params, Body> {
  /** Checked against the client's `senders`. */
  readonly sender?: (
    request: OperationRequest<Params, Body>,
  ) => { readonly sender: string; readonly target: string } | undefined;
  /** Checked against the client's `recipients`; one that is not allowed fails the request. */
  readonly destinations?: (
    request: OperationRequest<Params, Body>,
  ) => readonly { readonly recipient: string; readonly target: string }[];
  /** Checked against the identities that belong to the client. */
  readonly identity?: (request: OperationRequest<Params, Body>) => string;
}

/** A definition with its request types erased. */
export type AnyOperation = OperationDefinition<z.ZodType, z.ZodType>;

/** Whether an operation changes nothing. It runs each time, whatever its key or signature, and is not audited. */
export function isRead({ http, isQuery }: Pick<AnyOperation, 'http' | 'isQuery'>): boolean {
  return http.method === 'GET' || isQuery === true;
}

export interface PublicAnswer {
  readonly description: string;
  /** The schema of the body by content type; null if JSON Schema cannot describe it. */
  readonly content?: Readonly<Record<string, z.ZodType | null>>;
}

/** A GET without authentication: everyone may see what it returns. */
export interface PublicDefinition {
  /** Name of the file and the function. */
  readonly name: string;
  /** One sentence for callers, about what the function does. */
  readonly summary: string;
  /** Route template without a leading slash. */
  readonly route: string;
  /** Returns more to a client that signs. */
  readonly mayBeSigned?: boolean;
  /** Path parameters. */
  readonly params?: z.ZodType;
  /** By status. */
  readonly responses: Readonly<Record<number, PublicAnswer>>;
  /** Statuses of its errors, besides 500. */
  readonly errors?: readonly number[];
  readonly handler: HttpHandler;
}

/** Writes one line to the function's log, masked. */
export type Log = (line: string) => void;

/** A step of Switchboard's own work: reads messages from an internal queue, to which no caller writes. */
export interface WorkerDefinition<Message extends z.ZodType> {
  readonly name: string;
  readonly queue: string;
  readonly message: Message;
  /**
   * Returns whether Switchboard itself wrote a message, for queues to which nothing else may write. A forged message is
   * dropped with a line in the log: a retry would change nothing.
   */
  readonly isAuthentic?: (message: z.output<Message>, secret: ServerSecret) => boolean;
  readonly run: (message: z.output<Message>, runtime: Runtime, log: Log) => Promise<void>;
}

/** The declarations of all loaded functions. The API's description and parts of the documentation are made from them. */
export const operations: AnyOperation[] = [];
export const publicFunctions: PublicDefinition[] = [];
