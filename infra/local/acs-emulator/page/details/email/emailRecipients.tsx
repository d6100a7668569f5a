import { useState } from 'preact/hooks';
import type { EmailItem } from '../../../inspection/items.ts';
import { path, send } from '../../api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useAction } from '../parts/useAction.ts';

type Recipient = EmailItem['recipients'][number];

/** The states in delivery reports. @see https://learn.microsoft.com/azure/event-grid/communication-services-email-events */
const STATUSES = ['Delivered', 'Bounced', 'Suppressed', 'Quarantined', 'FilteredSpam', 'Failed', 'Expanded'];

const SHOWN = 5;

interface EmailRecipientsProps {
  /** Of the message. */
  readonly id: string;
  readonly recipients: readonly Recipient[];
  readonly mailbox: string;
}

export function EmailRecipients({ id, recipients, mailbox }: EmailRecipientsProps) {
  const [isExpanded, setExpanded] = useState(false);
  // One more takes no more space than the button.
  const shown = isExpanded || recipients.length <= SHOWN + 1 ? recipients : recipients.slice(0, SHOWN);
  return (
    <>
      <ul class="email-recipients">
        {shown.map((recipient, index) => (
          <li key={`${index} ${recipient.address}`}>
            <span class="email-address">
              {recipient.displayName && <bdi>{recipient.displayName}</bdi>}{' '}
              <span class={recipient.displayName ? 'email-named' : ''}>{recipient.address}</span>
            </span>
            <RecipientStatus id={id} recipient={recipient} mailbox={mailbox} />
          </li>
        ))}
      </ul>
      {shown.length < recipients.length && (
        <Button onClick={() => setExpanded(true)}>{`Show all ${recipients.length}`}</Button>
      )}
    </>
  );
}

interface RecipientStatusProps {
  readonly id: string;
  readonly recipient: Recipient;
  readonly mailbox: string;
}

/** The delivery state of a recipient. Another one can be chosen: the emulator then emits another report. */
function RecipientStatus({ id, recipient: { address, status }, mailbox }: RecipientStatusProps) {
  const { isRunning, run } = useAction();
  const change = (chosen: string) => {
    const body = { recipient: address, status: chosen };
    run(() => send('PUT', path`emails/${id}/delivery`, { mailbox }, body), `${address}: ${chosen}`);
  };
  return (
    <span class="email-status">
      <Badge status={status} />
      <Menu
        label={`Set the delivery state of ${address}`}
        icon="more"
        isDisabled={isRunning}
        items={STATUSES.map((title) => ({ title, onSelect: () => change(title) }))}
      />
    </span>
  );
}
