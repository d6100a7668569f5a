import { useState } from 'preact/hooks';
import { messageOf, path, send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToast } from '../ui/toast.tsx';

interface ResetDialogProps {
  readonly mailbox: string;
  readonly onClose: () => void;
}

export function ResetDialog({ mailbox, onClose }: ResetDialogProps) {
  const toast = useToast();
  const [isOfRecipient, setOfRecipient] = useState(false);
  const [recipient, setRecipient] = useState('');
  const [error, setError] = useState('');
  const reset = () => {
    const name = isOfRecipient ? path`recipients/${recipient.trim()}` : '';
    send('DELETE', name, { mailbox }).then(
      () => {
        toast(isOfRecipient ? `Everything to and from ${recipient.trim()} was deleted` : 'The mailbox was reset');
        onClose();
      },
      (reason: unknown) => setError(messageOf(reason)),
    );
  };
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="danger" disabled={isOfRecipient && recipient.trim() === ''} onClick={reset}>
        Delete
      </Button>
    </>
  );
  return (
    <Dialog title={`Reset mailbox ${mailbox}`} onClose={onClose} footer={footer}>
      <label class="choice">
        <input type="radio" name="extent" checked={!isOfRecipient} onChange={() => setOfRecipient(false)} />
        <span>
          Everything
          <small>All items, opt-outs, faults and quotas. Identities and their tokens become invalid.</small>
        </span>
      </label>
      <label class="choice">
        <input type="radio" name="extent" checked={isOfRecipient} onChange={() => setOfRecipient(true)} />
        <span>
          One recipient
          <small>What was sent to and by it, and its opt-outs.</small>
        </span>
      </label>
      {isOfRecipient && (
        <label class="field">
          <span>Phone number, email address or identity</span>
          <input value={recipient} onInput={({ currentTarget }) => setRecipient(currentTarget.value)} />
        </label>
      )}
      {error && <p class="form-error">{error}</p>}
    </Dialog>
  );
}
