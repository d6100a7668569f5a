import type { ComponentChildren } from 'preact';
import { CopyButton } from '../../ui/copyButton.tsx';

/** Longer ones would make the page slow. */
const SHOWN_CHARACTERS = 200_000;

interface CodeTextProps {
  readonly text: string;
  /** What it is, for its label, e.g. `source`. */
  readonly name: string;
  /** Other ways to obtain it. */
  readonly children?: ComponentChildren;
}

/** Lines of a machine-readable text, as they are. */
export function CodeText({ text, name, children }: CodeTextProps) {
  const isCut = text.length > SHOWN_CHARACTERS;
  return (
    <div class="code-text">
      <div class="code-tools">
        {isCut && (
          <span>{`The first ${SHOWN_CHARACTERS.toLocaleString('en')} of ${text.length.toLocaleString('en')} characters`}</span>
        )}
        {children}
        <CopyButton text={text} label={`Copy the ${name}`}>
          Copy
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach */}
      <section class="code-lines" tabIndex={0} aria-label={name}>
        <pre>{isCut ? text.slice(0, SHOWN_CHARACTERS) : text}</pre>
      </section>
    </div>
  );
}
