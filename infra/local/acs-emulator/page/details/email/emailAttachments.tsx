import type { EmailItem } from '../../../inspection/items.ts';
import { path, urlOf } from '../../api.ts';
import { EmptyState } from '../../ui/emptyState.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatBytes } from '../parts/formatBytes.ts';

interface EmailAttachmentsProps {
  readonly item: EmailItem;
  readonly mailbox: string;
}

/** Image types that the emulator also serves for display. */
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export function EmailAttachments({ item: { id, attachments }, mailbox }: EmailAttachmentsProps) {
  if (attachments.length === 0) return <EmptyState title="No attachments" />;
  return (
    <ul class="attachments">
      {attachments.map(({ index, name, contentType, contentId, sizeBytes }) => {
        const url = urlOf(path`items/email/${id}/attachments/${index}`, { mailbox });
        return (
          <li key={index}>
            <span class="attachment-image">
              {IMAGES.includes(contentType.toLowerCase()) ? (
                <img src={url} alt="" loading="lazy" />
              ) : (
                <Icon name="file" />
              )}
            </span>
            <span class="attachment-text">
              <bdi class="attachment-name">{name}</bdi>
              <span class="fact-note">
                {formatBytes(sizeBytes)} · {contentType}
                {contentId !== undefined && ` · cid:${contentId}`}
              </span>
            </span>
            <a class="button plain" href={url} download={name} aria-label={`Download ${name}`}>
              <Icon name="download" />
              Download
            </a>
          </li>
        );
      })}
    </ul>
  );
}
