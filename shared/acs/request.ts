import type { AcsService } from '../settings/settings.ts';

/**
 * What it does when a request reaches ACS twice: nothing of note (`harmless`), nothing because ids on the wire tell
 * ACS that it has seen it (`recognised`), or the same thing once more (`doubles`).
 */
export type Repetition = 'harmless' | 'recognised' | 'doubles';

export interface AcsRequest {
  readonly service: AcsService;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Percent-encoded, beginning with a slash. */
  readonly path: string;
  /** The path with names in braces for the ids in it, by which requests of one kind are known; else the path itself. */
  readonly route?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Chat: the acting user's token. Everything else is signed with the resource's credential. */
  readonly userToken?: string;
  readonly repetition: Repetition;
  /** What kind of sender it is for. */
  readonly senderKind?: string;
  /** ACS counts every try against a quota, and the caller comes back by itself: it is sent once. */
  readonly isCounted?: boolean;
  /** Sent as `x-ms-client-request-id`, the same on every try. */
  readonly clientRequestId: string;
}

export interface AcsAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  /** A header of the answer by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Of the request: what a second one would do. */
  readonly repetition: Repetition;
}
