import { useState } from 'preact/hooks';
import type { EmailItem } from '../../../inspection/items.ts';
import { EmptyState } from '../../ui/emptyState.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CodeText } from '../parts/codeText.tsx';
import { EmailAttachments } from './emailAttachments.tsx';
import { EmailFrame } from './emailFrame.tsx';
import { EmailSource } from './emailSource.tsx';

interface EmailContentProps {
  readonly item: EmailItem;
  readonly mailbox: string;
}

type TabName = 'html' | 'text' | 'headers' | 'source' | 'attachments' | 'json';

/** The parts of a message, in tabs. It opens with what a recipient would see. */
export function EmailContent({ item, mailbox }: EmailContentProps) {
  const [selected, setSelected] = useState<TabName>(item.html === undefined ? 'text' : 'html');
  const count = item.attachments.length;
  const tabs: { readonly name: TabName; readonly title: string }[] = [
    ...(item.html === undefined ? [] : [{ name: 'html' as const, title: 'HTML' }]),
    { name: 'text', title: 'Text' },
    { name: 'headers', title: 'Headers' },
    { name: 'source', title: 'Source' },
    { name: 'attachments', title: count === 0 ? 'Attachments' : `Attachments (${count})` },
    { name: 'json', title: 'JSON' },
  ];
  return (
    <div>
      <Tabs label="Parts of the message" tabs={tabs} selected={selected} onSelect={setSelected}>
        {selected === 'html' && <EmailFrame id={item.id} mailbox={mailbox} />}
        {selected === 'text' && <PlainText text={item.plainText} />}
        {selected === 'headers' && <Headers headers={item.headers} />}
        {selected === 'source' && <EmailSource id={item.id} mailbox={mailbox} />}
        {selected === 'attachments' && <EmailAttachments item={item} mailbox={mailbox} />}
        {selected === 'json' && <CodeText name="JSON" text={JSON.stringify(item, null, 2)} />}
      </Tabs>
    </div>
  );
}

function PlainText({ text }: { readonly text: string | undefined }) {
  if (!text) return <EmptyState title="No plain text">The message was sent with HTML only.</EmptyState>;
  return (
    <div class="email-text" dir="auto">
      {text}
    </div>
  );
}

function Headers({ headers }: { readonly headers: EmailItem['headers'] }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) {
    return (
      <EmptyState title="No headers">
        The request did not set any. The source has those that every message has.
      </EmptyState>
    );
  }
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
