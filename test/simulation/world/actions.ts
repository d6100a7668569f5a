import type { Random, Simulation } from '../engine/types.ts';
import { FOREIGN_SENDER, type Installation, type SimulatedClient } from './installation.ts';

/** What happens after a batch was accepted. */
export interface FollowUp {
  readonly do: 'cancel' | 'redrive' | 'redriveInDoubt' | 'peek';
  readonly afterMilliseconds: number;
}

export interface BatchAction {
  readonly do: 'batch';
  readonly client: SimulatedClient;
  readonly from: string;
  readonly numbers: readonly string[];
  readonly duplicates: number;
  readonly invalid: number;
  /** Distinct values of the placeholder; 0 without personalisation. */
  readonly names: number;
  readonly sendInMilliseconds: number | undefined;
  readonly isNamed: boolean;
  readonly via: 'http' | 'queue';
  readonly wantsReports: boolean;
  readonly followUps: readonly FollowUp[];
}

export interface SmsAction {
  readonly do: 'sms';
  readonly client: SimulatedClient;
  readonly from: string;
  readonly numbers: readonly string[];
  readonly via: 'http' | 'sdk' | 'once' | 'queue';
  readonly isRepeated: boolean;
  readonly wantsReport: boolean;
}

export interface EmailAction {
  readonly do: 'email';
  readonly client: SimulatedClient;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly via: 'http' | 'operationId' | 'queue';
}

export interface KeywordAction {
  readonly do: 'keyword';
  readonly number: string;
  readonly sender: string;
  readonly word: 'STOP' | 'START';
}

export interface ChoiceAction {
  readonly do: 'choice';
  readonly client: SimulatedClient;
  readonly number: string;
  readonly sender: string;
  readonly optedOut: boolean;
}

export interface OperatorAction {
  readonly do: 'rotateAcsKey' | 'removeSender' | 'removeClient' | 'scale';
  readonly client: SimulatedClient;
  readonly sender: string;
  readonly processes: number;
  readonly forMilliseconds: number;
}

/** One step of a client, an operator or a phone. Actions do not depend on each other. */
export type Action = (BatchAction | SmsAction | EmailAction | KeywordAction | ChoiceAction | OperatorAction) & {
  /** Number in the run as drawn: part of the texts it sends. */
  readonly index: number;
  /** After the start of the run. */
  readonly atMilliseconds: number;
};

type Drawn = Action extends infer Each ? (Each extends Action ? Omit<Each, 'index' | 'atMilliseconds'> : never) : never;

export function numberOf(person: number): string {
  return `+1425555${String(person).padStart(4, '0')}`;
}

/** Draws what happens in one run. */
export function drawActions(simulation: Simulation, installation: Installation, isCalm: boolean): Action[] {
  const random = simulation.random.fork('actions');
  const count = random.between(4, 30);
  const draw = new ActionDraw(random, installation, isCalm);
  const actions = Array.from({ length: count }, (_, index): Action => {
    const atMilliseconds = random.integer(simulation.workloadMilliseconds);
    return { ...draw.next(), index, atMilliseconds };
  });
  return simulation.actions(actions);
}

class ActionDraw {
  readonly #random: Random;
  readonly #installation: Installation;
  readonly #people: number;
  readonly #isCalm: boolean;

  /** @param isCalm operators change nothing */
  constructor(random: Random, installation: Installation, isCalm: boolean) {
    this.#isCalm = isCalm;
    this.#random = random;
    this.#installation = installation;
    this.#people = random.pick([5, 30, 200]);
  }

  next(): Drawn {
    const kind = this.#random.integer(this.#isCalm ? 91 : 100);
    if (kind < 28) return this.#batch();
    if (kind < 55) return this.#sms();
    if (kind < 73) return this.#email();
    if (kind < 86) return this.#keyword();
    if (kind < 91) return this.#choice();
    return this.#operator();
  }

  #client(): SimulatedClient {
    return this.#random.pick(this.#installation.clients);
  }

  #sender(): string {
    return this.#random.chance(0.03) ? FOREIGN_SENDER : this.#random.pick(Object.keys(this.#installation.rates));
  }

  #numbers(count: number): string[] {
    const first = this.#random.integer(Math.max(1, this.#people));
    return Array.from({ length: count }, (_, offset) => numberOf((first + offset) % Math.max(this.#people, count)));
  }

  #batch(): Drawn {
    const random = this.#random;
    const size = random.pick([1, 3, 12, 40, 120, 120, 400]);
    const from = this.#sender();
    const rate = this.#installation.rates[from] ?? 200;
    const most = Math.max(1, rate * 12); // no batch takes hours
    const count = random.chance(0.02) ? Math.min(3000, most) : Math.min(random.between(1, size), most);
    const sendInMilliseconds = random.chance(0.2) ? random.between(1000, 20 * 60_000) : undefined;
    const durationMilliseconds = Math.ceil((sendInMilliseconds ?? 0) + (count / rate) * 60_000);
    return {
      ...{ do: 'batch', client: this.#client(), from, numbers: this.#numbers(count) },
      duplicates: random.chance(0.3) ? random.between(1, 5) : 0,
      invalid: random.chance(0.3) ? random.between(1, 5) : 0,
      names: random.chance(0.3) ? random.between(1, 30) : 0,
      sendInMilliseconds,
      isNamed: random.chance(0.8),
      via: count > 400 || random.chance(0.8) ? 'http' : 'queue', // a message holds 48 KB
      wantsReports: random.chance(count > 200 ? 0.2 : 0.7),
      followUps: this.#followUps(durationMilliseconds),
    };
  }

  /** @param durationMilliseconds until the batch has been sent, about: most cancellations arrive before */
  #followUps(durationMilliseconds: number): FollowUp[] {
    const random = this.#random;
    const kinds = ['cancel', 'cancel', 'redrive', 'redriveInDoubt', 'peek'] as const;
    const count = random.pick([0, 1, 1, 2]);
    return Array.from({ length: count }, () => {
      const kind = random.pick(kinds);
      const usual = kind === 'cancel' ? durationMilliseconds + 1000 : 60_000;
      return { do: kind, afterMilliseconds: random.integer(random.chance(0.7) ? usual : 30 * 60_000) };
    });
  }

  #sms(): Drawn {
    const random = this.#random;
    const [client, from] = [this.#client(), this.#sender()];
    // ACS answers 429 for ever if one request has more recipients than the sender may have in a minute.
    const count = Math.min(random.pick([1, 1, 1, 4, 20]), this.#installation.rates[from] ?? 20);
    return {
      ...{ do: 'sms', client, from, numbers: this.#numbers(count) },
      via: random.pick(['http', 'sdk', 'once', 'queue', 'queue']),
      isRepeated: random.chance(0.2),
      wantsReport: random.chance(0.6),
    };
  }

  #email(): Drawn {
    const random = this.#random;
    const count = random.pick([1, 1, 2, 10]);
    const via = random.pick(['http', 'operationId', 'queue', 'queue'] as const);
    // On a queue, an email to a recipient who has reached the limit waits for a day: at most one such email to each.
    const group = via === 'queue' ? random.integer(1_000_000) : 0;
    return {
      ...{ do: 'email', client: this.#client(), from: random.pick(this.#installation.emailSenders), via },
      recipients: Array.from({ length: count }, (_, index) => `person${index}.${group}@example.com`),
    };
  }

  #keyword(): Drawn {
    const word = this.#random.chance(0.7) ? 'STOP' : 'START';
    return { do: 'keyword', number: this.#numbers(1)[0] ?? '', sender: this.#ownSender(), word };
  }

  #choice(): Drawn {
    const optedOut = this.#random.chance(0.7);
    return {
      do: 'choice',
      client: this.#client(),
      number: this.#numbers(1)[0] ?? '',
      sender: this.#ownSender(),
      optedOut,
    };
  }

  #ownSender(): string {
    return this.#random.pick(Object.keys(this.#installation.rates));
  }

  #operator(): Drawn {
    return {
      do: this.#random.pick(['rotateAcsKey', 'removeSender', 'removeClient', 'scale', 'scale']),
      client: this.#client(),
      sender: this.#ownSender(),
      processes: this.#random.between(1, 4),
      forMilliseconds: this.#random.between(10_000, 15 * 60_000),
    };
  }
}
