import type { Dice } from '../../setup/random.ts';
import type { Victim } from './victim.ts';
import type { HostileRequest } from './wire.ts';

export interface HostileMessage {
  readonly queue: string;
  readonly text: string;
}

/** A way to attack. A new hole is one more of these. */
export interface Kind {
  readonly name: string;
  /** How often it comes, in relation to others. */
  readonly weight: number;
  readonly make: (dice: Dice, victim: Victim) => HostileRequest;
  /** The only statuses that it may get. */
  readonly allowed: readonly number[];
}

export interface MessageKind {
  readonly name: string;
  readonly count: number;
  readonly make: (dice: Dice, victim: Victim) => HostileMessage;
}
