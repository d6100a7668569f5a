import { useEffect, useState } from 'preact/hooks';
import { send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { type Choice, Choices, Field, FormFailure, Section } from './parts.tsx';
import { useSetting } from './useSetting.ts';
import { type FormError, useSubmit } from './useSubmit.ts';

interface Events {
  readonly enabled: boolean;
  readonly delaySeconds: number;
  readonly order: 'oldestFirst' | 'newestFirst';
  readonly duplicates: number;
  readonly schema: 'eventGrid' | 'cloudEvents';
  readonly pending: number;
  readonly sent: number;
}

const ORDERS: readonly Choice<Events['order']>[] = [
  { value: 'oldestFirst', title: 'Oldest first' },
  { value: 'newestFirst', title: 'Newest first' },
];

const SCHEMAS: readonly Choice<Events['schema']>[] = [
  { value: 'eventGrid', title: 'Event Grid' },
  { value: 'cloudEvents', title: 'CloudEvents' },
];

const NAMES = ['delaySeconds', 'duplicates'];

/** How delivery reports and incoming messages are sent as events. */
export function EventsSection({ mailbox }: { readonly mailbox: string }) {
  const { value: events, error: failure, set } = useSetting<Events>('events', mailbox, ['events', 'clock', 'requests']);
  const { error, submit } = useSubmit();
  const change = (changes: Partial<Events>) =>
    submit(async () => set(await send<Events>('PUT', 'events', { mailbox }, changes)));
  const deliver = () =>
    submit(async () => send('POST', 'clock', { mailbox }, { advanceSeconds: (events?.delaySeconds ?? 0) + 1 }));
  return (
    <Section
      title="Events"
      about="Delivery reports and incoming messages, as Event Grid sends them."
      actions={
        events && (
          <span class="control-counts">
            <strong>{events.pending}</strong> pending, <strong>{events.sent}</strong> sent
          </span>
        )
      }
    >
      {events && (
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={events.enabled}
              onChange={({ currentTarget }) => {
                change({ enabled: currentTarget.checked });
                currentTarget.checked = events.enabled; // until the emulator has accepted it
              }}
            />
            Send events
          </label>
          <div class="field-row">
            <NumberField
              label="Delay in seconds"
              value={events.delaySeconds}
              error={error}
              name="delaySeconds"
              onChange={(delaySeconds) => change({ delaySeconds })}
            />
            <NumberField
              label="Duplicates of each"
              value={events.duplicates}
              error={error}
              name="duplicates"
              onChange={(duplicates) => change({ duplicates })}
            />
          </div>
          <div class="field-row">
            <Choices label="Order" choices={ORDERS} value={events.order} onSelect={(order) => change({ order })} />
            <Choices label="Schema" choices={SCHEMAS} value={events.schema} onSelect={(schema) => change({ schema })} />
          </div>
          <div class="inline-form">
            <Button disabled={events.pending === 0} onClick={deliver}>
              Deliver now
            </Button>
            <small>Moves the clock on by the delay.</small>
          </div>
        </>
      )}
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      <FormFailure error={error && NAMES.includes(error.field) ? undefined : error} />
    </Section>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly error: FormError | undefined;
  readonly onChange: (value: number) => void;
}

/** Takes effect when it is left, or with Enter. */
function NumberField({ label, name, value, error, onChange }: NumberFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  return (
    <Field label={label} error={error} isMine={(target) => target === name}>
      <input
        inputMode="decimal"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={() => onChange(text.trim() === '' ? 0 : Number(text))}
      />
    </Field>
  );
}
