import * as z from 'zod';
import type { Simulation } from '../../engine/types.ts';
import { type History, intentIn } from '../history.ts';
import type { Installation } from '../installation.ts';
import type { EventSource } from './events.ts';
import { answer, errorAnswer, SlidingCount, throttled, type WireAnswer } from './wire.ts';

const sendRequest = z.object({
  from: z.string(),
  message: z.string(),
  smsRecipients: z
    .array(z.object({ to: z.string(), repeatabilityRequestId: z.string(), repeatabilityFirstSent: z.string() }))
    .min(1)
    .max(100),
  smsSendOptions: z.object({ enableDeliveryReport: z.boolean(), tag: z.string().optional() }).optional(),
});

export type SendRequest = z.output<typeof sendRequest>;

/** The request in the body of a `POST /sms`. */
export function readSendRequest(body: string): SendRequest {
  return sendRequest.parse(JSON.parse(body));
}

const optOutRequest = z.object({ from: z.string(), recipients: z.array(z.object({ to: z.string() })) });

interface Item {
  readonly to: string;
  readonly httpStatusCode: number;
  readonly successful: boolean;
  readonly messageId?: string;
  readonly errorMessage?: string;
  readonly repeatabilityResult?: 'accepted' | 'rejected';
}

interface Taken {
  readonly firstSent: number;
  readonly item: Item;
}

/** A number that ACS always rejects. */
export const REJECTED_NUMBER = /000$/;

const MINUTE_MILLISECONDS = 60_000;

/** SMS of ACS: results per recipient, repeatable requests, quotas per sender and minute, opt-outs. */
export class SmsService {
  readonly #simulation: Simulation;
  readonly #installation: Installation;
  readonly #history: History;
  readonly #events: EventSource;
  readonly #now: () => number;
  readonly #taken = new Map<string, Taken>();
  readonly #sent = new Map<string, SlidingCount>();
  readonly #optOuts = new Set<string>();

  /** @param now ACS's own clock */
  constructor(
    simulation: Simulation,
    { installation, history, events }: { installation: Installation; history: History; events: EventSource },
    now: () => number,
  ) {
    this.#simulation = simulation;
    this.#installation = installation;
    this.#history = history;
    this.#events = events;
    this.#now = now;
  }

  send(body: string): WireAnswer {
    const request = readSendRequest(body);
    const quota = this.#installation.rates[request.from];
    if (quota === undefined) return errorAnswer(401, 'Unauthorized', '');
    const count = this.#countOf(request.from);
    const fresh = request.smsRecipients.filter((it) => !this.#known(it.repeatabilityRequestId)).length;
    if (fresh > 0 && count.total(this.#now()) + fresh > quota) return throttled(count.freeInSeconds(this.#now()));
    const isPartial = this.#simulation.faults.strikes('acsPartialFailure');
    const items = request.smsRecipients.map((recipient) => this.#take(request, recipient, isPartial));
    const answered = isPartial && this.#simulation.random.chance(0.1) ? items.slice(1) : items;
    return answer(202, { value: answered });
  }

  /** `/sms/optouts:add`, `:remove` and `:check`. */
  optOut(action: string, body: string): WireAnswer {
    const { from, recipients } = optOutRequest.parse(JSON.parse(body));
    const value = recipients.map(({ to }) => {
      const key = `${from} ${to}`;
      if (action === 'add') this.#optOuts.add(key);
      if (action === 'remove') this.#optOuts.delete(key);
      return { to, httpStatusCode: 200, ...(action === 'check' ? { isOptedOut: this.#optOuts.has(key) } : {}) };
    });
    return answer(200, { value });
  }

  #countOf(sender: string): SlidingCount {
    const count = this.#sent.get(sender) ?? new SlidingCount(MINUTE_MILLISECONDS);
    this.#sent.set(sender, count);
    return count;
  }

  /** What ACS remembers of an id within the window. */
  #known(id: string): Taken | undefined {
    const taken = this.#taken.get(id);
    return taken && !this.#isOutside(taken.firstSent) ? taken : undefined;
  }

  #isOutside(firstSent: number): boolean {
    return this.#now() - firstSent > this.#installation.windowSeconds * 1000;
  }

  #take(request: SendRequest, recipient: SendRequest['smsRecipients'][number], isPartial: boolean): Item {
    const { to, repeatabilityRequestId: id } = recipient;
    const firstSent = Date.parse(recipient.repeatabilityFirstSent);
    const refusal = { to, successful: false } as const;
    if (Number.isNaN(firstSent)) return { ...refusal, httpStatusCode: 400, repeatabilityResult: 'rejected' };
    if (this.#isOutside(firstSent)) {
      return { ...refusal, httpStatusCode: 412, errorMessage: 'RepeatabilityFirstSentOutsideWindow' };
    }
    const known = this.#known(id);
    if (known) return known.item;
    if (isPartial && this.#simulation.random.chance(0.4)) {
      return { ...refusal, httpStatusCode: this.#simulation.random.pick([503, 500, 429]), errorMessage: 'later' };
    }
    if (REJECTED_NUMBER.test(to)) {
      return { ...refusal, httpStatusCode: 400, errorMessage: 'Invalid To phone number format.' };
    }
    return this.#accept(request, to, { id, firstSent });
  }

  #accept(
    { from, message, smsSendOptions }: SendRequest,
    to: string,
    { id, firstSent }: { id: string; firstSent: number },
  ): Item {
    const on = this.#simulation.now();
    const messageId = `Outgoing_${this.#history.deliveries.length}`;
    this.#countOf(from).add(this.#now(), 1);
    this.#history.deliver({ channel: 'sms', intent: intentIn(message), to, from, wireId: id, messageId, on });
    const item = { to, httpStatusCode: 202, successful: true, messageId, repeatabilityResult: 'accepted' } as const;
    this.#taken.set(id, { firstSent, item });
    if (smsSendOptions?.enableDeliveryReport) {
      this.#events.reportSms({ messageId, from, to, tag: smsSendOptions.tag ?? '', sentOn: on });
    }
    return item;
  }
}
