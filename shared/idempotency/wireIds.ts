import { randomBytes } from 'node:crypto';
import { type ServerSecret, serverSecretOf } from '../secret/serverSecret.ts';

/** The UUIDs that ACS gets with what Switchboard sends. */
export interface WireIds {
  /** The UUID of one part of the operation (a recipient's index, the thread): the same for every repetition. */
  uuid(part: string | number): string;
  /** When this was first sent, as far as is known. */
  readonly firstSent: Date;
  /** An earlier attempt with these ids died or lost its answer, and may have taken effect. */
  readonly isDoubtful: boolean;
  /**
   * To be called right before a request with these ids starts.
   *
   * @throws SwitchboardError if ACS may no longer recognise them when the request arrives
   */
  readonly assertMayStart: () => void;
}

/** For new ids, which are used at once. */
const alwaysMayStart = () => undefined;

/**
 * Ids derived from the operation's name: every repetition, in every process, gets the same ones. Only this installation
 * can compute them, so no other caller can use them first.
 *
 * @param name starts with the caller's scope
 */
export function derivedIds(secret: ServerSecret, name: readonly string[], firstSent: Date): WireIds {
  const uuid = (part: string | number) => secret.uuid('operation', [...name, part]);
  return { uuid, firstSent, isDoubtful: false, assertMayStart: alwaysMayStart };
}

const RANDOM_BYTES = 32;

/** Ids for an operation without a name: the same for all attempts of one call. */
export function randomIds(firstSent: Date): WireIds {
  return derivedIds(serverSecretOf(randomBytes(RANDOM_BYTES)), [], firstSent);
}

/** Kinds of things for which a caller may choose an id. */
export type NamedKind = 'email' | 'sms' | 'thread';

/**
 * Maps an id that a caller chose to the id that ACS gets. The same id of another caller maps to another one.
 *
 * @param scope the caller's
 * @param publicId a UUID, in upper or lower case
 */
export function wireId(secret: ServerSecret, kind: NamedKind, scope: readonly string[], publicId: string): string {
  return secret.uuid(kind, [...scope, publicId.toLowerCase()]);
}
