import { useState } from 'preact/hooks';
import { path, send } from '../api.ts';
import { DEFAULT_MAILBOX, formatRoute, parseRoute } from '../route.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copyButton.tsx';
import { Confirm, Field, FormFailure, Section } from './parts.tsx';
import { useSetting } from './useSetting.ts';
import { useSubmit } from './useSubmit.ts';

interface Mailbox {
  readonly name: string;
  readonly connectionString: string;
}

interface MailboxList {
  readonly value: readonly Mailbox[];
}

/** All mailboxes of the emulator. */
export function MailboxesSection({ mailbox }: { readonly mailbox: string }) {
  const { value, error: failure, reload } = useSetting<MailboxList>('mailboxes', mailbox, ['mailboxes', 'keys']);
  const [asking, setAsking] = useState<string | undefined>(undefined);
  const { error, submit } = useSubmit();
  const remove = (name: string) =>
    submit(async () => {
      if (name === mailbox) location.hash = formatRoute({ ...parseRoute(location.hash), mailbox: DEFAULT_MAILBOX });
      await send('DELETE', path`mailboxes/${name}`, { mailbox: DEFAULT_MAILBOX });
      reload();
    });
  return (
    <Section
      title="Mailboxes"
      about="Each has its own key, items, faults, quotas and clock. Give one to each test that runs at the same time."
    >
      <ul class="mailboxes">
        {value?.value.map(({ name, connectionString }) => (
          <li key={name} class={name === mailbox ? 'is-open' : ''}>
            <a href={formatRoute({ ...parseRoute(''), mailbox: name })} aria-current={name === mailbox || undefined}>
              {name}
            </a>
            <CopyButton text={connectionString} label={`Copy the connection string of ${name}`} />
            {name !== DEFAULT_MAILBOX && (
              <IconButton icon="trash" label={`Delete ${name}`} onClick={() => setAsking(name)} />
            )}
          </li>
        ))}
      </ul>
      <NewMailbox mailbox={mailbox} onCreated={reload} />
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      <FormFailure error={error} />
      {asking !== undefined && (
        <Confirm
          title={`Delete the mailbox ${asking}?`}
          action="Delete"
          onConfirm={() => remove(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>All that it contains is deleted, and clients with its key are refused.</p>
        </Confirm>
      )}
    </Section>
  );
}

function NewMailbox({ mailbox, onCreated }: { readonly mailbox: string; readonly onCreated: () => void }) {
  const [name, setName] = useState('');
  const { error, isBusy, submit } = useSubmit();
  const create = (event: Event) => {
    event.preventDefault();
    submit(async () => {
      await send('POST', 'mailboxes', { mailbox }, name.trim() === '' ? {} : { name: name.trim() });
      setName('');
      onCreated();
    });
  };
  return (
    <form class="inline-form is-aligned" onSubmit={create}>
      <Field label="New mailbox" error={error} isMine={(target) => target === 'name'}>
        <input value={name} placeholder="A random name" onInput={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Button type="submit" icon="plus" disabled={isBusy}>
        Create
      </Button>
      <FormFailure error={error?.field === 'name' ? undefined : error} />
    </form>
  );
}
