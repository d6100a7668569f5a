import type { EmailItem } from '../../../inspection/items.ts';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Copyables } from '../parts/copyables.tsx';
import { Fact, Facts, Identifier } from '../parts/facts.tsx';
import { EmailRecipients } from './emailRecipients.tsx';

interface EmailHeaderProps {
  readonly item: EmailItem;
  readonly mailbox: string;
}

const KINDS = { to: 'To', cc: 'Cc', bcc: 'Bcc' } as const;

/** Who wrote to whom, and what became of it for each recipient. */
export function EmailHeader({ item, mailbox }: EmailHeaderProps) {
  const { id, subject, from, recipients, replyTo, operation, repeats, codes, links } = item;
  return (
    <header class="email-header">
      <h2 class="item-title" dir="auto">
        {subject}
      </h2>
      <Facts>
        <Fact label="From">{from}</Fact>
        {Object.entries(KINDS).map(([kind, label]) => {
          const ofKind = recipients.filter((it) => it.kind === kind);
          if (ofKind.length === 0) return null;
          return (
            <Fact key={kind} label={label}>
              <EmailRecipients id={id} recipients={ofKind} mailbox={mailbox} />
            </Fact>
          );
        })}
        {replyTo.length > 0 && <Fact label="Reply to">{replyTo.join(', ')}</Fact>}
        <Fact label="Operation">
          <span class="fact-line">
            <Badge status={operation.status} />
            <Identifier name="operation id" value={id} />
          </span>
          {repeats > 0 && <p class="fact-note">{`Sent ${repeats + 1} times under one operation id; accepted once`}</p>}
        </Fact>
      </Facts>
      {operation.error && (
        <p class="email-error" role="alert">
          <Icon name="warning" />
          <span>
            <code>{operation.error.code}</code> {operation.error.message}
          </span>
        </p>
      )}
      <Copyables codes={codes} links={links} />
    </header>
  );
}
