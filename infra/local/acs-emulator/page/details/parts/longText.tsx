import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';

const LONG_CHARACTERS = 1500;
const LONG_LINES = 24;

interface LongTextProps {
  readonly text: string;
  /** Whether it is a machine-readable text, such as HTML. */
  readonly isCode?: boolean;
}

/** The text of a message. The rest of a long one is shown on demand. */
export function LongText({ text, isCode = false }: LongTextProps) {
  const [isExpanded, setExpanded] = useState(false);
  const isLong = text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
  const shown = isLong && !isExpanded ? shorten(text) : text;
  return (
    <>
      <p class={isCode ? 'message-text code' : 'message-text'} dir={isCode ? 'ltr' : 'auto'}>
        {shown}
      </p>
      {isLong && (
        <Button class="small" aria-expanded={isExpanded} onClick={() => setExpanded(!isExpanded)}>
          {isExpanded ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </Button>
      )}
    </>
  );
}

/** Ends before the limit of characters and of lines, and not within a character of two UTF-16 units. */
function shorten(text: string): string {
  const start = text.slice(0, LONG_CHARACTERS).split('\n', LONG_LINES).join('\n');
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…`;
}
