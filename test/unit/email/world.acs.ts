import type { AcsSession } from '../../../shared/acs/session.ts';
import type { EmailDeliveryReport, EmailDeliveryState } from '../../../shared/contract/acsEvent.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { gated } from '../../setup/steppedWorld.ts';
import { API_VERSIONS, type SentRequest } from '../acs/fixtures.ts';

/** What ACS does with the next request. */
export type Mood =
  | 'answers'
  | 'throttles'
  | 'is unavailable'
  | 'refuses the email'
  | 'does it, and the answer is lost'
  | 'never gets it, and no answer comes';

export const MOODS: readonly Mood[] = [
  'answers',
  'throttles',
  'is unavailable',
  'refuses the email',
  'does it, and the answer is lost',
  'never gets it, and no answer comes',
];

/** What happens to an email once ACS has it. */
export interface Truth {
  readonly end: 'Succeeded' | 'Failed' | 'stuck';
  readonly endsAfterSeconds: number;
  /** How long a status read answers 404. */
  readonly absentSeconds: number;
  readonly reports: readonly { readonly recipient: string; readonly status: EmailDeliveryState }[];
}

interface AcceptedEmail {
  readonly takenOn: number;
  readonly times: number;
}

const HOUR = 3_600_000;
const PAUSE_SECONDS = 45;

/** The email part of ACS. It accepts an id once, and answers 409 or 400 to one that it knows. */
export class FakeAcs {
  readonly taken = new Map<string, AcceptedEmail>();
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

  /** The delivery reports that ACS sends eventually. */
  reports(id: string): EmailDeliveryReport[] {
    const { reports, endsAfterSeconds, end } = this.#truthOf(id);
    const email = this.taken.get(id);
    if (!email || end === 'stuck') return [];
    const attemptedOn = email.takenOn + endsAfterSeconds * 1000;
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
    if (mood === 'refuses the email' && isSend) throw refusal(400);
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
    const email = this.taken.get(id);
    const { end, endsAfterSeconds, absentSeconds } = this.#truthOf(id);
    const age = email ? (this.#now() - email.takenOn) / 1000 : 0;
    if (!email || age < absentSeconds) throw refusal(404);
    if (end === 'stuck' || age < endsAfterSeconds) return { id, status: 'Running', error: null };
    return { id, status: end, error: end === 'Failed' ? { code: 'EmailDropped', message: 'Dropped.' } : null };
  }

  /** The largest number of status reads within any hour. */
  busiestHour(): number {
    return Math.max(0, ...this.reads.map((from) => this.reads.filter((it) => it >= from && it < from + HOUR).length));
  }
}

function refusal(status: number): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', 'no', { upstream: { status, code: `Status${status}` } });
}
