import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { FormError } from './useSubmit.ts';

interface SectionProps {
  readonly title: string;
  /** One sentence. */
  readonly about?: ComponentChildren;
  /** Buttons beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A card of the controls. */
export function Section({ title, about, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section class="control" aria-labelledby={id}>
      <header class="control-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      {about && <p class="control-about">{about}</p>}
      {children}
    </section>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Shown at the field if it has the name. */
  readonly error?: FormError | undefined;
  /** Whether an error with this target is of the field. */
  readonly isMine?: ((target: string) => boolean) | undefined;
  readonly children: ComponentChildren;
}

/** A labeled input, with the emulator's complaint about it. */
export function Field({ label, hint, error, isMine, children }: FieldProps) {
  const mine = error && isMine?.(error.field) ? error : undefined;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
      {mine && (
        <small class="field-error" role="alert">
          {mine.message}
        </small>
      )}
    </label>
  );
}

/** An error that belongs to none of the fields shown. */
export function FormFailure({ error }: { readonly error: FormError | undefined }) {
  return error ? (
    <p class="field-error" role="alert">
      {error.message}
    </p>
  ) : null;
}

interface ConfirmProps {
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, action, onConfirm, onClose, children }: ConfirmProps) {
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" onClick={confirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
}

/** Two or three choices side by side. */
export function Choices<Value extends string>({
  label,
  choices,
  value,
  onSelect,
}: {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onSelect: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value}>
            <input type="radio" name={name} checked={choice.value === value} onChange={() => onSelect(choice.value)} />
            <span>{choice.title}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
