import { Dialog } from '../ui/dialog.tsx';

interface ComposeSmsProps {
  readonly mailbox: string;
  readonly onClose: () => void;
  readonly from?: string;
  readonly to?: string;
}

export function ComposeSms({ onClose }: ComposeSmsProps) {
  return (
    <Dialog title="Inbound SMS message" onClose={onClose}>
      …
    </Dialog>
  );
}
