import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { FaultDialog } from './faultDialog.tsx';
import { type CountedFault, type Fault, faultSentence, isSpent, PRESETS, remainingFaults } from './faults.ts';
import { FormFailure, Section } from './parts.tsx';
import { useOperations } from './useOperations.ts';
import { useSetting } from './useSetting.ts';
import { useSubmit } from './useSubmit.ts';

interface FaultList {
  readonly value: readonly CountedFault[];
}

const NEW_FAULT: Fault = { operation: 'sendSms', status: 503, count: 1 };

/** The fault that is edited, and which one it replaces. */
interface Editing {
  readonly fault: Fault;
  readonly replaces?: CountedFault;
}

/** Failures on purpose. */
export function FaultsSection({ mailbox }: { readonly mailbox: string }) {
  const { value, error: failure, set } = useSetting<FaultList>('faults', mailbox, ['faults', 'requests']);
  const operations = useOperations(mailbox);
  const { error, submit } = useSubmit();
  const [editing, setEditing] = useState<Editing | undefined>(undefined);
  const faults = value?.value ?? [];
  const put = async (list: readonly Fault[]) => set(await send<FaultList>('PUT', 'faults', { mailbox }, list));
  const without = (fault: CountedFault | undefined) => remainingFaults(faults.filter((it) => it !== fault));
  return (
    <Section
      title="Faults"
      about="Failures of your choice, by count and never at random. The first one that is due strikes."
      actions={
        <Button icon="plus" onClick={() => setEditing({ fault: NEW_FAULT })}>
          Add fault
        </Button>
      }
    >
      <div class="presets">
        {PRESETS.map(({ title, fault }) => (
          <button
            key={title}
            type="button"
            class="preset"
            title={faultSentence(fault)}
            onClick={() => submit(() => put([...without(undefined), fault]))}
          >
            {title}
          </button>
        ))}
      </div>
      {value && faults.length === 0 && <p class="control-empty">No faults: requests are answered as they should be.</p>}
      <ul class="fault-list">
        {faults.map((fault, index) => (
          <FaultRow
            key={index}
            fault={fault}
            onEdit={() => setEditing({ fault, replaces: fault })}
            onRemove={() => submit(() => put(without(fault)))}
          />
        ))}
      </ul>
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      <FormFailure error={error} />
      {editing && (
        <FaultDialog
          title={editing.replaces ? 'Edit fault' : 'Add fault'}
          fault={editing.fault}
          operations={operations}
          onSave={(fault) => put([...without(editing.replaces), fault])}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Section>
  );
}

interface FaultRowProps {
  readonly fault: CountedFault;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function FaultRow({ fault, onEdit, onRemove }: FaultRowProps) {
  const sentence = faultSentence(fault);
  const spent = isSpent(fault);
  return (
    <li class={spent ? 'fault is-spent' : 'fault'}>
      <button type="button" class="fault-text" title="Edit" onClick={onEdit}>
        {sentence}
      </button>
      <span class="fault-counts">
        struck <strong>{fault.fired}</strong> of {fault.seen} {fault.seen === 1 ? 'request' : 'requests'}
        {spent && ', used up'}
      </span>
      <IconButton icon="trash" label={`Remove: ${sentence}`} onClick={onRemove} />
    </li>
  );
}
