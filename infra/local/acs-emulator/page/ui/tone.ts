/** What a status means for the reader, by which it is colored. */
export type Tone = 'good' | 'warn' | 'bad' | 'neutral';

const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  succeeded: 'good',
  valid: 'good',
  failed: 'bad',
  bounced: 'bad',
  suppressed: 'bad',
  filteredspam: 'bad',
  quarantined: 'bad',
  timeout: 'bad',
  reset: 'bad',
  rejected: 'bad',
  pending: 'warn',
  running: 'warn',
  notstarted: 'warn',
  expanded: 'warn',
  optedout: 'warn',
  expired: 'warn',
  revoked: 'warn',
  deleted: 'warn',
};

/** @param status e.g. `Delivered`, or the status code of an answer */
export function toneOf(status: string): Tone {
  if (/^[23]\d\d$/.test(status)) return 'good';
  if (/^[45]\d\d$/.test(status)) return 'bad';
  return TONES[status.toLowerCase()] ?? 'neutral';
}
