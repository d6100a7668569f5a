import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { type Fault, faultSentence } from './faults.ts';
import { type Choice, Choices, Field, FormFailure } from './parts.tsx';
import { useSubmit } from './useSubmit.ts';

type Kind = 'status' | 'timeout' | 'reset';

const KINDS: readonly Choice<Kind>[] = [
  { value: 'status', title: 'Status' },
  { value: 'timeout', title: 'No answer' },
  { value: 'reset', title: 'Reset' },
];

/** The form: numbers as typed, empty if absent. */
interface Draft {
  readonly operation: string;
  readonly kind: Kind;
  readonly status: string;
  readonly retryAfterSeconds: string;
  readonly count: string;
  readonly everyNth: string;
  readonly afterEffect: boolean;
}

interface FaultDialogProps {
  readonly title: string;
  readonly fault: Fault;
  readonly operations: readonly string[];
  /** Rejects with what is wrong with the fault. */
  readonly onSave: (fault: Fault) => Promise<void>;
  readonly onClose: () => void;
}

export function FaultDialog({ title, fault, operations, onSave, onClose }: FaultDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(fault));
  const { error, isBusy, submit } = useSubmit();
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const save = (event: Event) => {
    event.preventDefault();
    submit(async () => {
      await onSave(faultOf(draft));
      onClose();
    });
  };
  const names = ['status', 'operation', 'retryAfterSeconds', 'count', 'everyNth'];
  const isOf = (name: string) => (target: string) => target.endsWith(`].${name}`);
  const number = (name: 'status' | 'retryAfterSeconds' | 'count' | 'everyNth', label: string, hint?: string) => (
    <Field label={label} hint={hint} error={error} isMine={isOf(name)}>
      <input
        inputMode="numeric"
        value={draft[name]}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="fault-form" onSubmit={save}>
        <Field label="Operation" error={error} isMine={isOf('operation')}>
          <select value={draft.operation} onChange={(event) => change({ operation: event.currentTarget.value })}>
            {[...new Set(['*', ...operations, draft.operation])].map((name) => (
              <option key={name} value={name}>
                {name === '*' ? 'Any operation' : name}
              </option>
            ))}
          </select>
        </Field>
        <Choices label="What happens" choices={KINDS} value={draft.kind} onSelect={(kind) => change({ kind })} />
        {draft.kind === 'status' && (
          <div class="field-row">
            {number('status', 'Status', '400 to 599')}
            {number('retryAfterSeconds', 'Retry-After in seconds', 'Empty: no such header')}
          </div>
        )}
        <div class="field-row">
          {number('count', 'How many times', 'Empty: until removed')}
          {number('everyNth', 'Only every n-th request', 'Empty: every one')}
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={draft.afterEffect}
            onChange={(event) => change({ afterEffect: event.currentTarget.checked })}
          />
          The request takes effect, and only its answer is lost
        </label>
        <FormFailure error={names.some((name) => isOf(name)(error?.field ?? '')) ? undefined : error} />
        <footer class="form-foot">
          <span class="fault-preview">{faultSentence(faultOf(draft))}</span>
          <Button type="submit" kind="primary" disabled={isBusy}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function draftOf({ operation, status, retryAfterSeconds, count, everyNth, afterEffect = false }: Fault): Draft {
  const text = (number: number | undefined) => (number === undefined ? '' : String(number));
  return {
    ...{ operation, afterEffect, count: text(count), everyNth: text(everyNth) },
    kind: typeof status === 'number' ? 'status' : status,
    status: typeof status === 'number' ? text(status) : '503',
    retryAfterSeconds: text(retryAfterSeconds),
  };
}

/** What is not a number is sent as it is: the emulator says what is wrong with it. */
function faultOf({ operation, kind, status, retryAfterSeconds, count, everyNth, afterEffect }: Draft): Fault {
  const isStatus = kind === 'status';
  return {
    operation,
    status: isStatus ? (numberOf(status) ?? 0) : kind,
    ...(isStatus && optional('retryAfterSeconds', retryAfterSeconds)),
    ...optional('count', count),
    ...optional('everyNth', everyNth),
    ...(afterEffect && { afterEffect }),
  };
}

function optional(name: string, text: string): Readonly<Record<string, number>> {
  const number = numberOf(text);
  return number === undefined ? {} : { [name]: number };
}

function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}
