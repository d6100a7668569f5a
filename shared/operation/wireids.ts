import { v4, v5 } from 'uuid';

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

/** Made once with UUIDv4 for Switchboard. */
const NAMESPACE = 'd9f1c7a4-52f6-4c8e-9a0b-3e6d27b15c48';

/** Ids derived from what names the operation: any repetition, in any process, gets the same ones. */
export function derivedIds(name: readonly string[], firstSent: Date): WireIds {
  const scope = v5(JSON.stringify(name), NAMESPACE);
  return { uuid: (part) => v5(String(part), scope), firstSent, assertMayStart: alwaysMayStart };
}

/** Ids for an operation that nothing names: stable over the tries of this one call. */
export function randomIds(firstSent: Date): WireIds {
  return derivedIds([v4()], firstSent);
}
