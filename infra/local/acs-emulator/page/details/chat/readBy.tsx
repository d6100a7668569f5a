import type { Receipt } from './chatRows.ts';
import type { Person } from './people.ts';

interface ReadByProps {
  readonly readers: readonly Receipt[];
  readonly people: ReadonlyMap<string, Person>;
}

const SHOWN_READERS = 4;

/** Who has read the thread up to the message above. */
export function ReadBy({ readers, people }: ReadByProps) {
  if (readers.length === 0) return null;
  const more = readers.length - SHOWN_READERS;
  const names = readers.slice(0, SHOWN_READERS).map(({ reader }) => people.get(reader)?.name ?? reader);
  const all = more > 0 ? [...names, `${more} more`] : names;
  const times = readers.map(
    ({ reader, at }) => `${people.get(reader)?.name ?? reader}: ${new Date(at).toLocaleString()}`,
  );
  return (
    <p class="chat-read" title={times.join('\n')}>
      {`Read by ${new Intl.ListFormat('en').format(all)}`}
    </p>
  );
}
