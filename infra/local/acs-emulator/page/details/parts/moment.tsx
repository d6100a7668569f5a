import { useContext } from 'preact/hooks';
import { relativeTime } from '../../ui/relativeTime.ts';
import { NowContext } from '../../ui/time.tsx';

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time with its distance from now. @param at ISO 8601 */
export function Moment({ at }: { readonly at: string }) {
  const now = useContext(NowContext);
  const date = new Date(at);
  const distance = relativeTime(date.getTime(), now);
  return (
    <time class="fact-line" dateTime={at} title={at}>
      {EXACT.format(date)}
      <span class="fact-note">{/^\d/.test(distance) ? `${distance} ago` : distance}</span>
    </time>
  );
}
