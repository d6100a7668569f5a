import type { Person } from './people.ts';

/** The initials of a person on the person's color. The name is beside it. */
export function Avatar({ person }: { readonly person: Person }) {
  return (
    <span class={`avatar person-${person.color}`} aria-hidden="true">
      {person.initials}
    </span>
  );
}
