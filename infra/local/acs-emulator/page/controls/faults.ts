/** A fault, as `GET /_emulator/faults` lists it. */
export interface Fault {
  readonly operation: string;
  readonly status: number | 'timeout' | 'reset';
  readonly retryAfterSeconds?: number;
  readonly count?: number;
  readonly everyNth?: number;
  readonly afterEffect?: boolean;
}

export interface CountedFault extends Fault {
  readonly seen: number;
  readonly fired: number;
}

/** Says what a fault does, in one sentence. */
export function faultSentence(fault: Fault): string {
  const { operation, count, everyNth = 1, afterEffect } = fault;
  const name = operation === '*' ? 'request' : `${operation} request`;
  const effect = afterEffect ? ', after it took effect' : '';
  const does = (verb: string) => `${verb} ${answerText(fault)}${effect}`;
  if (everyNth > 1) {
    const limit = count === undefined ? '' : ` (${count} ${count === 1 ? 'time' : 'times'})`;
    return `Every ${ordinal(everyNth)} ${name} ${does('gets')}${limit}`;
  }
  if (count === undefined) return `Every ${name} ${does('gets')}`;
  return count === 1 ? `The next ${name} ${does('gets')}` : `The next ${count} ${name}s ${does('get')}`;
}

function answerText({ status, retryAfterSeconds }: Fault): string {
  if (status === 'timeout') return 'no answer';
  if (status === 'reset') return 'a connection reset';
  return retryAfterSeconds === undefined ? String(status) : `${status} with Retry-After: ${retryAfterSeconds}`;
}

export function ordinal(number: number): string {
  return `${number}${SUFFIXES[ORDINALS.select(number)] ?? 'th'}`;
}

const SUFFIXES: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' };

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

export function isSpent({ count, fired }: CountedFault): boolean {
  return count !== undefined && fired >= count;
}

/**
 * The faults to send with a change of one of them. The emulator starts to count again at every change: a fault that has
 * struck must not strike as often once more.
 */
export function remainingFaults(faults: readonly CountedFault[]): Fault[] {
  return faults
    .filter((fault) => !isSpent(fault))
    .map(({ seen: _seen, fired, ...fault }) =>
      fault.count === undefined ? fault : { ...fault, count: fault.count - fired },
    );
}

export interface Preset {
  readonly title: string;
  readonly fault: Fault;
}

export const PRESETS: readonly Preset[] = [
  { title: 'Next SMS: 503', fault: { operation: 'sendSms', status: 503, count: 1 } },
  { title: 'Every 3rd email: 429', fault: { operation: 'sendEmail', status: 429, everyNth: 3, retryAfterSeconds: 2 } },
  { title: 'Lose the next answer', fault: { operation: '*', status: 'reset', count: 1, afterEffect: true } },
  { title: 'Next request: time-out', fault: { operation: '*', status: 'timeout', count: 1 } },
  { title: 'Everything: 500', fault: { operation: '*', status: 500 } },
];
