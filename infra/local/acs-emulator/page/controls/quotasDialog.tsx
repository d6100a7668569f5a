import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, FormFailure } from './parts.tsx';
import { AZURE_LIMITS, LIMIT_GROUPS, type Limits } from './quotas.ts';
import { useSubmit } from './useSubmit.ts';

interface QuotasDialogProps {
  readonly limits: Limits;
  readonly onSave: (limits: Limits) => Promise<void>;
  readonly onClose: () => void;
}

type Draft = Readonly<Record<string, string>>;

const KNOWN = new Set(LIMIT_GROUPS.flatMap(({ fields }) => fields.map(({ name }) => name)));

/** The editor of all limits. An empty field is no limit. */
export function QuotasDialog({ limits, onSave, onClose }: QuotasDialogProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(limits));
  const [sender, setSender] = useState('');
  const { error, isBusy, submit } = useSubmit();
  const own = Object.keys(draft).filter((name) => !KNOWN.has(name));
  const save = (event: Event) => {
    event.preventDefault();
    submit(async () => {
      await onSave(limitsOf(draft));
      onClose();
    });
  };
  const limit = ({ name, title }: { readonly name: string; readonly title: string }) => (
    <Field key={name} label={title} error={error} isMine={(target) => target === name}>
      <input
        inputMode="numeric"
        value={draft[name] ?? ''}
        placeholder="Unlimited"
        onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
      />
    </Field>
  );
  const addSender = () => {
    if (sender.trim() !== '') setDraft({ ...draft, [`sms.${sender.trim()}`]: '' });
    setSender('');
  };
  return (
    <Dialog title="Limits" onClose={onClose}>
      <form class="quotas-form" onSubmit={save}>
        <div class="presets">
          <button type="button" class="preset" onClick={() => setDraft({ ...draft, ...draftOf(AZURE_LIMITS) })}>
            Azure's defaults
          </button>
          <button type="button" class="preset" onClick={() => setDraft({})}>
            No limits
          </button>
        </div>
        {LIMIT_GROUPS.map(({ title, hint, fields }) => (
          <fieldset key={title}>
            <legend>{title}</legend>
            <p>{hint}</p>
            <div class="field-grid">
              {fields.map(limit)}
              {title === 'SMS' && own.map((name) => limit({ name, title: name.slice('sms.'.length) }))}
            </div>
            {title === 'SMS' && (
              <div class="inline-form">
                <input
                  aria-label="A sender with a limit of its own"
                  placeholder="+18005550100"
                  value={sender}
                  onInput={(event) => setSender(event.currentTarget.value)}
                />
                <Button icon="plus" onClick={addSender}>
                  Add sender
                </Button>
              </div>
            )}
          </fieldset>
        ))}
        <FormFailure error={error && (KNOWN.has(error.field) || own.includes(error.field)) ? undefined : error} />
        <footer class="form-foot">
          <span>Counting starts again.</span>
          <Button type="submit" kind="primary" disabled={isBusy}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function draftOf(limits: Limits): Draft {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, String(limit)]));
}

/** What is not a number is sent as none: the emulator says what is wrong with it. */
function limitsOf(draft: Draft): Limits {
  const typed = Object.entries(draft).filter(([, text]) => text.trim() !== '');
  return Object.fromEntries(typed.map(([name, text]) => [name, Number(text)]));
}
