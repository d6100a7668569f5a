import { useId, useState } from 'preact/hooks';
import type { SmsItem } from '../../../inspection/items.ts';
import { path, send } from '../../api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../parts/useAction.ts';

const STATUSES = ['Delivered', 'Failed'] as const;

/** @see https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/sms/troubleshooting-codes */
const REASONS = [
  '4004: The destination number does not exist.',
  '4005: The message was blocked by the carrier.',
  '4006: The destination number is unreachable.',
  '5000: Temporary carrier failure.',
];

interface SmsDeliveryProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** The delivery state of a sent message, which can be set afterwards: the emulator then emits another report. */
export function SmsDelivery({ item, mailbox }: SmsDeliveryProps) {
  const { delivery, id } = item;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <p class="fact-line">
        <Badge status={delivery.status} />
        <span>{delivery.details}</span>
        {!isOpen && <Button onClick={() => setOpen(true)}>Change</Button>}
      </p>
      <p class="fact-note">
        {delivery.hasReport
          ? 'The request asked for a delivery report.'
          : 'The request did not ask for a delivery report.'}
        {delivery.isSetByHand && ' This state was set by hand.'}
      </p>
      {isOpen && <DeliveryForm key={id} item={item} mailbox={mailbox} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DeliveryFormProps extends SmsDeliveryProps {
  readonly onClose: () => void;
}

function DeliveryForm({ item: { id, delivery }, mailbox, onClose }: DeliveryFormProps) {
  const formId = useId();
  const [status, setStatus] = useState<string>(delivery.status === 'Failed' ? 'Delivered' : 'Failed');
  const [details, setDetails] = useState('');
  const { isRunning, run } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    const body = { status, ...(details.trim() !== '' && { details }) };
    run(() => send('PUT', path`sms/${id}/delivery`, { mailbox }, body), `Delivery set to ${status}`, onClose);
  };
  return (
    <form class="delivery-form" onSubmit={submit}>
      <label class="field">
        <span>Status</span>
        <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
          {STATUSES.map((it) => (
            <option key={it}>{it}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Details</span>
        <input
          value={details}
          list={`${formId}-reasons`}
          placeholder="Optional"
          onInput={(event) => setDetails(event.currentTarget.value)}
        />
      </label>
      <datalist id={`${formId}-reasons`}>
        {status === 'Failed' && REASONS.map((reason) => <option key={reason} value={reason} />)}
      </datalist>
      <div class="fact-line">
        <Button type="submit" kind="primary" disabled={isRunning}>
          Set
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
