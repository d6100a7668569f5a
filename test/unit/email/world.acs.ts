import type { AcsSession } from '../../../shared/acs/session.ts';
import type { EmailDeliveryReport, EmailDeliveryState } from '../../../shared/contract/deliveryReport.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { gated } from '../../setup/gate.ts';
import { API_VERSIONS, type SentRequest } from '../acs/fixtures.ts';

/** What ACS does with the next request. */
export type Mood =
  | 'answers'
  | 'throttles'
  | 'is unavailable'
  | 'refuses the mail'
  | 'does it, and the answer is lost'
  | 'never gets it, and no answer comes';

export const MOODS: readonly Mood[] = [
  'answers',
  'throttles',
  'is unavailable',
  'refuses the mail',
  'does it, and the answer is lost',
  'never gets it, and no answer comes',
];

/** What will become of a mail once ACS has it. */
export interface Truth {
  readonly end: 'Succeeded' | 'Failed' | 'stuck';
  readonly endsAfterSeconds: number;
  /** A status read knows nothing of it for so long. */
  readonly absentSeconds: number;
  readonly reports: readonly { readonly recipient: string; readonly status: EmailDeliveryState }[];
}

interface TakenMail {
  readonly takenOn: number;
  readonly times: number;
}

const HOUR = 3_600_000;
const PAUSE_SECONDS = 45;

/** ACS as far as mails go; it takes an id once, and says of an id that it has: 409 or 400. */
export class FakeAcs {
  readonly taken = new Map<string, TakenMail>();
  readonly reads: number[] = [];
  mood: Mood = 'answers';
  readonly #truthOf: (id: string) => Truth;
  readonly #now: () => number;

  constructor(truthOf: (id: string) => Truth, now: () => number) {
    this.#truthOf = truthOf;
    this.#now = now;
  }

  readonly session = (): AcsSession => ({
    send: (request) =>
      gated('ACS', async () => ({
        status: 200,
        body: this.#answer(request),
        header: () => undefined,
        repetition: request.repetition,
      })),
    publicUrl: 'https://switchboard.example',
    apiVersions: API_VERSIONS,
  });

  /** The reports that ACS sends out in the end. */
  reports(id: string): EmailDeliveryReport[] {
    const { reports, endsAfterSeconds, end } = this.#truthOf(id);
    const mail = this.taken.get(id);
    if (!mail || end === 'stuck') return [];
    const attemptedOn = mail.takenOn + endsAfterSeconds * 1000;
    return reports.map((it) => ({ ...it, messageId: id, sender: 'news@contoso.com', details: '', attemptedOn }));
  }

  #answer(request: SentRequest): object {
    const { mood } = this;
    this.mood = 'answers';
    const isSend = request.method === 'POST';
    if (!isSend) this.reads.push(this.#now());
    const lost = new SwitchboardError(isSend ? 'UpstreamInDoubt' : 'UpstreamUnavailable', 'lost', {
      repeatable: isSend,
    });
    if (mood === 'throttles')
      throw new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: PAUSE_SECONDS });
    if (mood === 'is unavailable') throw new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');
    if (mood === 'never gets it, and no answer comes') throw lost;
    if (mood === 'refuses the mail' && isSend) throw refusal(400);
    const body = isSend
      ? this.#take(request.headers?.['operation-id'] ?? '')
      : this.#state(request.path.split('/').at(-1) ?? '');
    if (mood === 'does it, and the answer is lost') throw lost;
    return body;
  }

  #take(id: string): object {
    const known = this.taken.get(id);
    this.taken.set(id, known ? { ...known, times: known.times + 1 } : { takenOn: this.#now(), times: 1 });
    if (known) throw refusal(known.times % 2 === 0 ? 409 : 400);
    return { id, status: 'Running', error: null };
  }

  #state(id: string): object {
    const mail = this.taken.get(id);
    const { end, endsAfterSeconds, absentSeconds } = this.#truthOf(id);
    const age = mail ? (this.#now() - mail.takenOn) / 1000 : 0;
    if (!mail || age < absentSeconds) throw refusal(404);
    if (end === 'stuck' || age < endsAfterSeconds) return { id, status: 'Running', error: null };
    return { id, status: end, error: end === 'Failed' ? { code: 'EmailDropped', message: 'Dropped.' } : null };
  }

  /** The most status reads in any hour. */
  busiestHour(): number {
    return Math.max(0, ...this.reads.map((from) => this.reads.filter((it) => it >= from && it < from + HOUR).length));
  }
}

function refusal(status: number): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', 'no', { upstream: { status, code: `Status${status}` } });
}
