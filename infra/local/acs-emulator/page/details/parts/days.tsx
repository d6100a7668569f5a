import { useContext } from 'preact/hooks';
import { NowContext } from '../../ui/time.tsx';
import { dayName } from './dayNames.ts';
import './days.css';

/** Above the first message of a day. */
export function DaySeparator({ at }: { readonly at: string }) {
  const now = useContext(NowContext);
  return (
    <div class="day">
      <time dateTime={at}>{dayName(at, new Date(now))}</time>
    </div>
  );
}

const TIME_OF_DAY = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** The time of day, with the exact time when pointing at it. */
export function Clock({ at }: { readonly at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${date.toLocaleString()} (${at})`}>
      {TIME_OF_DAY.format(date)}
    </time>
  );
}
