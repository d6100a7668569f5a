import { useState } from 'preact/hooks';
import { path, urlOf } from '../../api.ts';
import { Icon } from '../../ui/icon.tsx';

/** The whole pane, a tablet held upright, and a phone. */
const WIDTHS = [
  { title: 'Full width', label: 'Full width', css: '100%' },
  { title: '768', label: '768 pixels', css: '768px' },
  { title: '375', label: '375 pixels', css: '375px' },
] as const;

interface EmailFrameProps {
  readonly id: string;
  readonly mailbox: string;
}

/** The HTML of a message in a frame of its own, which may neither run nor load nor send anything. Its links open in new tabs. */
export function EmailFrame({ id, mailbox }: EmailFrameProps) {
  const [width, setWidth] = useState('100%');
  return (
    <div class="email-html">
      <div class="email-tools">
        <fieldset class="segmented">
          <legend class="visually-hidden">Width of the message</legend>
          {WIDTHS.map(({ title, label, css }) => (
            <button
              key={css}
              type="button"
              aria-pressed={width === css}
              aria-label={label}
              onClick={() => setWidth(css)}
            >
              {title}
            </button>
          ))}
        </fieldset>
        <p class="email-blocked">
          <Icon name="warning" />
          Scripts, forms and remote content are blocked. Links open in a new tab.
        </p>
      </div>
      <div class="email-viewport">
        <iframe
          title="HTML of the message"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          src={urlOf(path`items/email/${id}/html`, { mailbox })}
          style={{ width }}
        />
      </div>
    </div>
  );
}
