import { useEffect, useState } from 'preact/hooks';
import { send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { FormFailure, Section } from './parts.tsx';
import { useSetting } from './useSetting.ts';
import { useSubmit } from './useSubmit.ts';

interface Clock {
  readonly now: string;
  readonly offsetSeconds: number;
}

const STEPS = [
  { title: '+1 minute', seconds: 60 },
  { title: '+5 minutes', seconds: 5 * 60 },
  { title: '+1 hour', seconds: 60 * 60 },
  { title: '+1 day', seconds: 24 * 60 * 60 },
] as const;

/** The clock that the emulator goes by. */
export function ClockSection({ mailbox }: { readonly mailbox: string }) {
  const { value: clock, error: failure, set } = useSetting<Clock>('clock', mailbox, ['clock']);
  const { error, isBusy, submit } = useSubmit();
  const [time, setTime] = useState('');
  const move = (body: object) => submit(async () => set(await send<Clock>('POST', 'clock', { mailbox }, body)));
  const setExactly = (event: Event) => {
    event.preventDefault();
    const date = new Date(`${time}Z`);
    if (!Number.isNaN(date.getTime())) move({ now: date.toISOString() });
  };
  return (
    <Section
      title="Clock"
      about="Moves what happens by time: delivery, events, expiry of tokens, quotas. Signatures are still checked by the machine's clock."
    >
      {clock && <Face clock={clock} />}
      <div class="presets">
        {STEPS.map(({ title, seconds }) => (
          <button
            key={title}
            type="button"
            class="preset"
            disabled={isBusy}
            onClick={() => move({ advanceSeconds: seconds })}
          >
            {title}
          </button>
        ))}
        <button
          type="button"
          class="preset"
          disabled={isBusy || !clock || clock.offsetSeconds === 0}
          onClick={() => move({ reset: true })}
        >
          Reset
        </button>
      </div>
      <form class="inline-form" onSubmit={setExactly}>
        <input
          type="datetime-local"
          step={1}
          aria-label="Time to set, UTC"
          value={time}
          onInput={(event) => setTime(event.currentTarget.value)}
        />
        <Button type="submit" disabled={time === '' || isBusy}>
          Set UTC time
        </Button>
      </form>
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      <FormFailure error={error} />
    </Section>
  );
}

const TICK_MILLISECONDS = 1000;

/** The present time, moved on every second. */
function Face({ clock }: { readonly clock: Clock }) {
  const [read] = useReading(clock);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  const time = new Date(Date.parse(clock.now) + Date.now() - read);
  return (
    <p class="clock">
      <time dateTime={clock.now}>{time.toISOString().replace('T', ' ').slice(0, 19)} UTC</time>
      <span class="clock-offset">{clock.offsetSeconds === 0 ? 'as the machine' : offsetText(clock.offsetSeconds)}</span>
    </p>
  );
}

/** When a value was read, in epoch milliseconds. */
function useReading(value: unknown): readonly [number] {
  const [reading, setReading] = useState({ value, at: Date.now() });
  if (reading.value === value) return [reading.at];
  const next = { value, at: Date.now() };
  setReading(next);
  return [next.at];
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** e.g. `1 day 2 hours ahead`: the two largest units. */
export function offsetText(offsetSeconds: number): string {
  let rest = Math.abs(Math.round(offsetSeconds));
  const parts = UNITS.flatMap(([name, seconds]) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return `${parts.slice(0, 2).join(' ') || 'less than a second'} ${offsetSeconds < 0 ? 'behind' : 'ahead'}`;
}
