import type { AcsSession } from '../../../../shared/acs/session.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { gated } from '../../../setup/steppedWorld.ts';
import { API_VERSIONS, type SentRequest } from '../../acs/fixtures.ts';
import { type SentSms, sentBody } from '../fixtures.ts';

/** What ACS does with the next request. */
export type Mood =
  | 'takes it'
  | 'throttles'
  | 'is unavailable'
  | 'refuses the request'
  | 'refuses half of the items for now'
  | 'does it, and the answer is lost'
  | 'never gets it, and no answer comes';

export const MOODS: readonly Mood[] = [
  'takes it',
  'throttles',
  'is unavailable',
  'refuses the request',
  'refuses half of the items for now',
  'does it, and the answer is lost',
  'never gets it, and no answer comes',
];

export const WINDOW_MILLISECONDS = 300_000;
export const PAUSE_SECONDS = 45;

/** Recipients whose number ACS always rejects. */
export const REFUSED = '999';

type Recipient = SentSms['smsRecipients'][number];

interface Item {
  readonly to: string;
  readonly httpStatusCode: number;
  readonly successful: boolean;
  readonly messageId?: string;
  readonly errorMessage?: string;
}

export interface Delivery {
  readonly to: string;
  readonly text: string;
  readonly tag: string;
  readonly messageId: string;
}

/** A fake of ACS SMS that follows the rules of repeatable requests exactly. */
export class FakeAcs {
  readonly deliveries: Delivery[] = [];
  /** The requests that were started, and when. */
  readonly requests: { readonly begunOn: number; readonly firstSent: number; readonly numbers: readonly string[] }[] =
    [];
  mood: Mood = 'takes it';
  readonly #taken = new Map<string, { readonly firstSent: number; readonly item: Item }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly session = (): AcsSession => ({
    send: (request) => {
      const { smsRecipients } = sentBody.parse(request.body);
      const firstSent = Math.min(...smsRecipients.map((it) => Date.parse(it.repeatabilityFirstSent)));
      this.requests.push({ begunOn: this.#now(), firstSent, numbers: smsRecipients.map(({ to }) => to) });
      return gated('ACS', async () => ({ ...ANSWER, body: this.#answer(request) }));
    },
    publicUrl: 'https://switchboard.example',
    apiVersions: API_VERSIONS,
  });

  #answer({ body }: SentRequest): { value: Item[] } {
    const { mood } = this;
    this.mood = 'takes it';
    const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });
    if (mood === 'throttles')
      throw new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: PAUSE_SECONDS });
    if (mood === 'is unavailable') throw new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');
    if (mood === 'never gets it, and no answer comes') throw lost;
    if (mood === 'refuses the request') {
      throw new SwitchboardError('UpstreamRejected', 'no', { upstream: { status: 400, code: 'InvalidSender' } });
    }
    const { smsRecipients, ...sent } = sentBody.parse(body);
    const isShort = mood === 'refuses half of the items for now';
    const value = smsRecipients.map((it, index) => (isShort && index % 2 === 0 ? later(it) : this.#take(it, sent)));
    if (mood === 'does it, and the answer is lost') throw lost;
    return { value };
  }

  #take(
    { to, repeatabilityRequestId: id, repeatabilityFirstSent }: Recipient,
    sent: Omit<SentSms, 'smsRecipients'>,
  ): Item {
    const firstSent = Date.parse(repeatabilityFirstSent);
    if (this.#now() - firstSent > WINDOW_MILLISECONDS) {
      return { to, httpStatusCode: 412, successful: false, errorMessage: 'first sent too long ago' };
    }
    const known = this.#taken.get(id);
    if (known && this.#now() - known.firstSent <= WINDOW_MILLISECONDS) return known.item;
    if (to.endsWith(REFUSED)) return { to, httpStatusCode: 400, successful: false, errorMessage: 'Invalid To' };
    const messageId = `Outgoing_${this.deliveries.length}`;
    this.deliveries.push({ to, text: sent.message, tag: sent.smsSendOptions?.tag ?? '', messageId });
    const item = { to, httpStatusCode: 202, successful: true, messageId };
    this.#taken.set(id, { firstSent, item });
    return item;
  }
}

const ANSWER = { status: 202, header: () => undefined, repetition: 'recognised' as const };

function later({ to }: Recipient): Item {
  return { to, httpStatusCode: 503, successful: false, errorMessage: 'ServiceUnavailable' };
}
