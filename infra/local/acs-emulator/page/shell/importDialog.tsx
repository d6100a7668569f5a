import { useState } from 'preact/hooks';
import { messageOf, send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToast } from '../ui/toast.tsx';

export function ImportDialog({ mailbox, onClose }: { readonly mailbox: string; readonly onClose: () => void }) {
  const toast = useToast();
  const [file, setFile] = useState<File | undefined>(undefined);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const upload = async () => {
    if (!file) return;
    setBusy(true);
    try {
      await send('POST', 'seed', { mailbox }, readJson(await file.text()));
      toast(`${file.name} was imported`);
      onClose();
    } catch (reason) {
      setError(messageOf(reason));
      setBusy(false);
    }
  };
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" disabled={!file || isBusy} onClick={() => void upload()}>
        Import
      </Button>
    </>
  );
  return (
    <Dialog title="Import a seed file" onClose={onClose} footer={footer}>
      <p>Adds the items of a JSON file to this mailbox. An export of an emulator is such a file.</p>
      <label class="field">
        <span>File</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => {
            setFile(currentTarget.files?.[0]);
            setError('');
          }}
        />
      </label>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
    </Dialog>
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The file is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
