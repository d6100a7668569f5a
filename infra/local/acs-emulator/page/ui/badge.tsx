import { toneOf } from './tone.ts';

/** A status, colored by what it means. */
export function Badge({ status, title }: { readonly status: string; readonly title?: string }) {
  return (
    <span class={`badge ${toneOf(status)}`} title={title}>
      {status}
    </span>
  );
}
