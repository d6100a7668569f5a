import { MAXIMUM_SKEW_MILLISECONDS, type Random, type Simulation } from '../../engine/types.ts';
import type { History } from '../history.ts';
import type { Installation } from '../installation.ts';
import { ALLOWED_SKEW_MILLISECONDS, isSignedBy } from './authentication.ts';
import { EmailService } from './emailService.ts';
import { EventSource } from './events.ts';
import { SmsService } from './smsService.ts';
import { answer, errorAnswer, throttled, type WireAnswer, type WireRequest } from './wire.ts';

type Disturbance = 'unavailable' | 'failing before' | 'failing after' | 'throttling';

/** Longest outage. */
const OUTAGE_MILLISECONDS = 8 * 60_000;

/** A model of ACS: one resource with its keys, SMS, email and events. Everything happens at one moment, without delays. */
export class Acs {
  readonly sms: SmsService;
  readonly email: EmailService;
  readonly events: EventSource;
  /** Keys that ACS accepts now. */
  readonly keys: Set<string>;
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #skewMilliseconds: number;
  #outage: { readonly until: number; readonly kind: Disturbance } | undefined;

  /** @param posted called when an event was put on a queue */
  constructor(
    simulation: Simulation,
    {
      installation,
      history,
      posted,
    }: { installation: Installation; history: History; posted: (queue: string) => void },
  ) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork('acs');
    this.#skewMilliseconds = this.#random.between(-MAXIMUM_SKEW_MILLISECONDS, MAXIMUM_SKEW_MILLISECONDS);
    this.keys = new Set(installation.acsKeys);
    this.events = new EventSource(simulation, posted);
    const parts = { installation, history, events: this.events };
    this.sms = new SmsService(simulation, parts, () => this.#now());
    this.email = new EmailService(simulation, parts);
  }

  /** By its own clock. */
  #now(): number {
    return this.#simulation.now() + this.#skewMilliseconds;
  }

  receive(request: WireRequest): WireAnswer {
    const date = { date: new Date(this.#now()).toUTCString() };
    const { headers, ...rest } = this.#answer(request);
    return { ...rest, headers: { ...date, ...headers } };
  }

  #answer(request: WireRequest): WireAnswer {
    const age = Math.abs(this.#now() - Date.parse(request.header('x-ms-date') ?? ''));
    if (!isSignedBy(this.keys, request) || !(age <= ALLOWED_SKEW_MILLISECONDS)) {
      return errorAnswer(401, 'Denied', 'Denied by the resource provider.');
    }
    const disturbance = this.#disturbance();
    if (disturbance === 'unavailable') return errorAnswer(503, 'ServiceUnavailable', '');
    if (disturbance === 'failing before') return answer(this.#random.pick([500, 502, 504, 408]));
    if (disturbance === 'throttling') return throttled(this.#random.pick([1, 5, 30, 60, 240, undefined]));
    const answered = this.#serve(request);
    return disturbance === 'failing after' ? answer(this.#random.pick([500, 502, 504])) : answered;
  }

  /** What is wrong with ACS now: for one request, or for a while. */
  #disturbance(): Disturbance | undefined {
    if (this.#outage && this.#outage.until > this.#simulation.now()) return this.#outage.kind;
    this.#outage = undefined;
    if (this.#simulation.faults.strikes('acsThrottled')) return 'throttling';
    if (!this.#simulation.faults.strikes('acsUnavailable')) return undefined;
    const kind = this.#random.pick(['unavailable', 'failing before', 'failing after'] as const);
    if (this.#random.chance(0.1)) {
      const until = this.#simulation.now() + this.#random.between(2_000, OUTAGE_MILLISECONDS);
      this.#outage = { until, kind };
      this.#simulation.trace('ACS outage', { kind, until });
    }
    return kind;
  }

  /** Ends an outage: called with the end of faults. */
  recover(): void {
    this.#outage = undefined;
  }

  #serve({ method, target, body, header }: WireRequest): WireAnswer {
    const path = target.split('?')[0] ?? '';
    const call = `${method} ${path}`;
    if (call === 'POST /sms') return this.sms.send(body);
    if (call === 'POST /emails:send') return this.email.send(header('operation-id') ?? '', body);
    const [, action] = /^POST \/sms\/optouts:(add|remove|check)$/.exec(call) ?? [];
    if (action !== undefined) return this.sms.optOut(action, body);
    const [, operationId] = /^GET \/emails\/operations\/([\w-]+)$/.exec(call) ?? [];
    if (operationId !== undefined) return this.email.status(operationId);
    return errorAnswer(404, 'NotFound', `The model of ACS does not know ${call}.`);
  }
}
