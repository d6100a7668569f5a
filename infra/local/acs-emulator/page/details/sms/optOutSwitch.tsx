import type { SmsItem } from '../../../inspection/items.ts';
import { send } from '../../api.ts';
import { useAction } from '../parts/useAction.ts';
import { endsOf } from './smsEnds.ts';

interface OptOutSwitchProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** Whether the phone has opted out of the number's messages. */
export function OptOutSwitch({ item, mailbox }: OptOutSwitchProps) {
  const { isOptedOut } = item;
  const { phone, number } = endsOf(item);
  const { isRunning, run } = useAction();
  const toggle = () => {
    const body = { from: number, to: phone, isOptedOut: !isOptedOut };
    run(() => send('PUT', 'sms/opt-outs', { mailbox }, body), isOptedOut ? 'Opted in again' : 'Opted out');
  };
  return (
    <label class="switch">
      <input type="checkbox" checked={isOptedOut} disabled={isRunning} onChange={toggle} />
      <span>{isOptedOut ? `${phone} has opted out of ${number}` : `${phone} accepts messages from ${number}`}</span>
    </label>
  );
}
