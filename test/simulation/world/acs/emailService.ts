import * as z from 'zod';
import type { Random, Simulation } from '../../engine/types.ts';
import { type History, intentIn } from '../history.ts';
import { ACS_ORIGIN, type EmailLimits, type Installation } from '../installation.ts';
import type { EventSource } from './events.ts';
import { answer, errorAnswer, SlidingCount, throttled, type WireAnswer } from './wire.ts';

const message = z.object({
  senderAddress: z.string(),
  content: z.object({ subject: z.string() }),
  recipients: z.object({ to: z.array(z.object({ address: z.string() })) }),
});

interface Operation {
  readonly id: string;
  readonly acceptedOn: number;
  /** ACS answers 404 until then. */
  readonly knownOn: number;
  readonly endsOn: number;
  readonly end: 'Succeeded' | 'Failed';
}

/** What ACS answers for an `Operation-Id` that it has: reports differ. @see azure-sdk-for-net#40779, azure-sdk-for-net#50889 */
const REPETITIONS = ['the same', 409, 400] as const;

const MINUTE_MILLISECONDS = 60_000;
const HOUR_MILLISECONDS = 3_600_000;

class Quota {
  readonly #minute = new SlidingCount(MINUTE_MILLISECONDS);
  readonly #hour = new SlidingCount(HOUR_MILLISECONDS);

  /** @returns the answer if the quota is used up */
  take(now: number, perMinute: number, perHour: number): WireAnswer | undefined {
    if (this.#minute.total(now) >= perMinute) return throttled(this.#minute.freeInSeconds(now));
    if (this.#hour.total(now) >= perHour) return throttled(this.#hour.freeInSeconds(now));
    this.#minute.add(now, 1);
    this.#hour.add(now, 1);
    return undefined;
  }
}

type DomainKind = keyof Installation['emailLimits'];

/** Email of ACS: operations by id, quotas of sends and status reads, delivery reports. */
export class EmailService {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #installation: Installation;
  readonly #history: History;
  readonly #events: EventSource;
  readonly #operations = new Map<string, Operation>();
  readonly #sends = { custom: new Quota(), managed: new Quota() };
  /** ACS counts the reads of a subscription; which kind of domain they are about, only the operation says. */
  readonly #reads = { custom: new Quota(), managed: new Quota() };
  readonly #kinds = new Map<string, DomainKind>();
  readonly #repetition: (typeof REPETITIONS)[number];
  /** Status reads that arrived above the quota. */
  excessReads = 0;

  constructor(
    simulation: Simulation,
    { installation, history, events }: { installation: Installation; history: History; events: EventSource },
  ) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork('email');
    this.#installation = installation;
    this.#history = history;
    this.#events = events;
    this.#repetition = this.#random.pick(REPETITIONS);
  }

  send(operationId: string, body: string): WireAnswer {
    const { senderAddress, content, recipients } = message.parse(JSON.parse(body));
    const known = this.#operations.get(operationId);
    if (known) return this.#repeated(known);
    const kind = kindOf(senderAddress);
    const { sendsPerMinute, sendsPerHour } = this.#limitsOf(kind);
    const now = this.#simulation.now();
    const refusal = this.#sends[kind].take(now, sendsPerMinute, sendsPerHour);
    if (refusal) return refusal;
    const intent = intentIn(content.subject);
    const isFailed = this.#random.chance(0.05);
    const operation: Operation = {
      id: operationId,
      acceptedOn: now,
      knownOn: now + (this.#random.chance(0.1) ? this.#random.between(0, 4 * MINUTE_MILLISECONDS) : 0),
      endsOn: now + this.#random.between(2_000, 8 * MINUTE_MILLISECONDS),
      end: isFailed ? 'Failed' : 'Succeeded',
    };
    this.#operations.set(operationId, operation);
    this.#kinds.set(operationId, kind);
    for (const { address: to } of recipients.to) {
      this.#history.deliver({
        ...{ channel: 'email', intent, to, from: senderAddress, wireId: operationId, messageId: operationId, on: now },
      });
      if (!isFailed)
        this.#events.reportEmail({ id: operationId, sender: senderAddress, recipient: to, on: operation.endsOn });
    }
    return this.#running(operation);
  }

  status(operationId: string): WireAnswer {
    const kind = this.#kinds.get(operationId) ?? 'custom';
    const { readsPerMinute, readsPerHour } = this.#limitsOf(kind);
    const now = this.#simulation.now();
    const refusal = this.#reads[kind].take(now, readsPerMinute, readsPerHour);
    if (refusal) {
      this.excessReads += 1;
      return refusal;
    }
    const operation = this.#operations.get(operationId);
    if (!operation || operation.knownOn > now) return errorAnswer(404, 'NotFound', 'Operation not found.');
    if (operation.endsOn > now) return this.#running(operation);
    const error = operation.end === 'Failed' ? { code: 'EmailDropped', message: 'Dropped.' } : null;
    return answer(200, { id: operationId, status: operation.end, error });
  }

  #limitsOf(kind: DomainKind): EmailLimits {
    return this.#installation.emailLimits[kind];
  }

  #running({ id }: Operation): WireAnswer {
    const headers = { 'operation-location': `${ACS_ORIGIN}/emails/operations/${id}?api-version=2025-09-01` };
    const wait = this.#random.pick(['30', '20', '100', undefined]);
    return answer(
      202,
      { id, status: 'Running', error: null },
      wait === undefined ? headers : { ...headers, 'retry-after': wait },
    );
  }

  #repeated(operation: Operation): WireAnswer {
    if (this.#repetition === 'the same') return this.#running(operation);
    return errorAnswer(this.#repetition, 'DuplicateOperationId', 'The operation id is in use.');
  }
}

function kindOf(address: string): DomainKind {
  return address.endsWith('.azurecomm.net') ? 'managed' : 'custom';
}
