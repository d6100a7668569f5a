import type { ComponentChildren } from 'preact';
import { CopyButton } from '../../ui/copyButton.tsx';
import './facts.css';

/** What is known about something: labels beside values. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

interface FactProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

export function Fact({ label, children }: FactProps) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A value that is copied rather than read. @param name what it is, e.g. `message id` */
export function Identifier({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <span class="identifier">
      <code>{value}</code>
      <CopyButton text={value} label={`Copy the ${name}`} />
    </span>
  );
}
