import type { OptOuts } from '../../../../shared/optouts/optOuts.ts';
import { FROM } from '../fixtures.ts';

interface SentKeyword {
  readonly number: string;
  readonly keyword: 'STOP' | 'START';
  readonly on: number;
}

/** How long a process may be unaware of a keyword. */
const UNKNOWN_MILLISECONDS = 1000;

/** The recipients, and what they have answered. */
export class People {
  readonly numbers: readonly string[];
  readonly #optOuts: OptOuts;
  readonly #sent: SentKeyword[] = [];

  constructor(numbers: readonly string[], optOuts: OptOuts) {
    this.numbers = numbers;
    this.#optOuts = optOuts;
  }

  async answer(number: string, keyword: 'STOP' | 'START', on: number): Promise<void> {
    this.#sent.push({ number, keyword, on });
    const sms = { messageId: `Incoming_${this.#sent.length}`, from: number, to: FROM, message: keyword };
    await this.#optOuts.record({ ...sms, receivedOn: on });
  }

  hasEverOptedOut(number: string): boolean {
    return this.#of(number).some(({ keyword }) => keyword === 'STOP');
  }

  /** Whether no process may start to send to this number at this time, because all know that it has opted out. */
  isKnownToBeOut(number: string, time: number): boolean {
    const until = time - UNKNOWN_MILLISECONDS;
    const known = this.#of(number).filter(({ on }) => on <= until);
    const last = Math.max(...known.map(({ on }) => on));
    const isOut = known.some(({ on, keyword }) => on === last && keyword === 'STOP');
    return isOut && !this.#of(number).some(({ on, keyword }) => keyword === 'START' && on > until && on <= time);
  }

  #of(number: string): SentKeyword[] {
    return this.#sent.filter((it) => it.number === number);
  }
}
