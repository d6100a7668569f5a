import { randomBytes } from 'node:crypto';
import { type ServerSecret, serverSecretOf } from '../secret/serverSecret.ts';

/** The UUIDs under which ACS sees what we send. */
export interface WireIds {
  /** The UUID of one part of the operation (a recipient's index, the thread): the same whenever it is sent again. */
  uuid(part: string | number): string;
  /** When this was sent for the first time, as far as is known. */
  readonly firstSent: Date;
  /**
   * To be called right before a request with these ids starts.
   *
   * @throws SwitchboardError when ACS might no longer recognise them by the time that the request reaches it
   */
  readonly assertMayStart: () => void;
}

/** For ids that are used for the first time, at once. */
const alwaysMayStart = () => undefined;

/**
 * Ids derived from what names the operation: every repetition, in every process, gets the same ones. Only this
 * installation can compute them, so that no other caller can use them up in advance.
 *
 * @param name begins with the scope of the caller
 */
export function derivedIds(secret: ServerSecret, name: readonly string[], firstSent: Date): WireIds {
  return { uuid: (part) => secret.uuid('operation', [...name, part]), firstSent, assertMayStart: alwaysMayStart };
}

const RANDOM_BYTES = 32;

/** Ids for an operation that nothing names: stable over the tries of this one call. */
export function randomIds(firstSent: Date): WireIds {
  return derivedIds(serverSecretOf(randomBytes(RANDOM_BYTES)), [], firstSent);
}

/** What a caller may choose an id for. */
export type NamedKind = 'email' | 'sms' | 'thread';

/**
 * The id under which ACS sees what a caller has named by an id of its own: the same name of another caller is another id.
 *
 * @param scope of the caller
 * @param publicId a UUID in any case
 */
export function wireId(secret: ServerSecret, kind: NamedKind, scope: readonly string[], publicId: string): string {
  return secret.uuid(kind, [...scope, publicId.toLowerCase()]);
}
