import { ClockSection } from './clockSection.tsx';
import './controls.css';
import './settings.css';
import { EventsSection } from './eventsSection.tsx';
import { FaultsSection } from './faultsSection.tsx';
import { KeysSection } from './keysSection.tsx';
import { MailboxesSection } from './mailboxesSection.tsx';
import { QuotasSection } from './quotasSection.tsx';
import { StatsSection } from './statsSection.tsx';

/** How a mailbox behaves. */
export function ControlsView({ mailbox }: { readonly mailbox: string }) {
  return (
    <div class="controls">
      <h1>Controls</h1>
      <div class="controls-grid">
        <FaultsSection mailbox={mailbox} />
        <QuotasSection mailbox={mailbox} />
        <EventsSection mailbox={mailbox} />
        <ClockSection mailbox={mailbox} />
        <KeysSection mailbox={mailbox} />
        <MailboxesSection mailbox={mailbox} />
        <StatsSection mailbox={mailbox} />
      </div>
    </div>
  );
}
