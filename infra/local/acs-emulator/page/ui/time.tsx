import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { relativeTime } from './relativeTime.ts';

/** The present time in epoch milliseconds, by the emulator's clock. One timer of the page moves it on. */
export const NowContext = createContext(Date.now());

/** How long ago something was; the exact time is shown when pointing at it. @param at ISO 8601 */
export function Time({ at }: { readonly at: string }) {
  const now = useContext(NowContext);
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${date.toLocaleString()} (${at})`}>
      {relativeTime(date.getTime(), now)}
    </time>
  );
}
