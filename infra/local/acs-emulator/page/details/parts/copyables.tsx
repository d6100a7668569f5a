import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copyButton.tsx';
import './copyables.css';

const SHOWN_LINKS = 6;

interface CopyablesProps {
  readonly codes: readonly string[];
  readonly links: readonly string[];
}

/** What a person would copy from a message: its one-time codes and links. */
export function Copyables({ codes, links }: CopyablesProps) {
  const [isExpanded, setExpanded] = useState(false);
  if (codes.length + links.length === 0) return null;
  const shown = isExpanded ? links : links.slice(0, SHOWN_LINKS);
  return (
    <ul class="copyables" aria-label="Codes and links">
      {codes.map((code) => (
        <li key={code}>
          <CopyButton text={code} label={`Copy the code ${code}`}>
            {code}
          </CopyButton>
        </li>
      ))}
      {shown.map((link) => (
        <li key={link} class="copyable-link">
          <a href={link} target="_blank" rel="noopener noreferrer" title={link}>
            {link.replace(/^https?:\/\//i, '')}
          </a>
          <CopyButton text={link} label={`Copy the link ${link}`} />
        </li>
      ))}
      {shown.length < links.length && (
        <li>
          <Button onClick={() => setExpanded(true)}>{`${links.length - shown.length} more links`}</Button>
        </li>
      )}
    </ul>
  );
}
