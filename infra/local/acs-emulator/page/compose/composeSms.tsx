import { useId, useRef, useState } from 'preact/hooks';
import { ApiError, messageOf, send } from '../api.ts';
import { itemHref } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToast } from '../ui/toast.tsx';
import './composeSms.css';

interface ComposeSmsProps {
  readonly mailbox: string;
  readonly onClose: () => void;
  readonly from?: string;
  readonly to?: string;
}

type FieldName = 'from' | 'to' | 'message';

const FIELDS: readonly { readonly name: FieldName; readonly label: string; readonly hint: string }[] = [
  { name: 'from', label: 'From', hint: 'The phone, e.g. +14255550123' },
  { name: 'to', label: 'To', hint: 'One of your senders, e.g. +18005550100 or a short code' },
  { name: 'message', label: 'Message', hint: 'STOP opts the phone out, START in again' },
];

interface Refusal {
  /** Absent if it is about none of the fields. */
  readonly field: FieldName | undefined;
  readonly message: string;
}

/** Composes an SMS message from a phone to one of the resource's senders, and opens it once it is received. */
export function ComposeSms({ mailbox, onClose, from = '', to = '' }: ComposeSmsProps) {
  const formId = useId();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Readonly<Record<FieldName, string>>>({ from, to, message: '' });
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const [isRunning, setRunning] = useState(false);
  const refuse = (error: unknown) => {
    const field = error instanceof ApiError ? FIELDS.find(({ name }) => name === error.target)?.name : undefined;
    setRefusal({ field, message: messageOf(error) });
    if (field) form.current?.querySelector<HTMLElement>(`[name=${field}]`)?.focus();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (isRunning) return;
    setRunning(true);
    send<{ readonly messageId: string }>('POST', 'sms/incoming', { mailbox }, { ...values, from: values.from.trim() })
      .then(({ messageId }) => {
        toast('Received');
        onClose();
        location.hash = itemHref({ channel: 'sms', id: messageId }, mailbox);
      }, refuse)
      .finally(() => setRunning(false));
  };
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" kind="primary" form={formId} disabled={isRunning}>
        Send
      </Button>
    </>
  );
  return (
    <Dialog title="Inbound SMS message" onClose={onClose} footer={footer}>
      <form id={formId} ref={form} class="compose" noValidate onSubmit={submit}>
        {refusal && !refusal.field && (
          <p class="field-error" role="alert">
            {refusal.message}
          </p>
        )}
        {FIELDS.map((field) => (
          <ComposeField
            key={field.name}
            {...field}
            value={values[field.name]}
            error={refusal?.field === field.name ? refusal.message : undefined}
            onInput={(value) => {
              setValues((present) => ({ ...present, [field.name]: value }));
              if (refusal?.field === field.name) setRefusal(undefined);
            }}
          />
        ))}
      </form>
    </Dialog>
  );
}

interface ComposeFieldProps {
  readonly name: FieldName;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}

function ComposeField({ name, label, hint, value, error, onInput }: ComposeFieldProps) {
  const id = useId();
  const input = {
    id,
    name,
    value,
    'aria-invalid': error !== undefined,
    'aria-describedby': `${id}-note`,
    onInput: (event: Event & { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {name === 'message' ? (
        <textarea {...input} rows={4} dir="auto" />
      ) : (
        <input {...input} autocomplete="off" spellcheck={false} />
      )}
      <p
        id={`${id}-note`}
        class={error === undefined ? 'field-hint' : 'field-error'}
        role={error === undefined ? undefined : 'alert'}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
