import { Time } from '../../ui/time.tsx';

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time with its distance from now. @param at ISO 8601 */
export function Moment({ at }: { readonly at: string }) {
  return (
    <span class="fact-line">
      {EXACT.format(new Date(at))}
      <span class="fact-note">
        <Time at={at} />
      </span>
    </span>
  );
}
