import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ItemSummary } from '../../inspection/items.ts';
import { useHandlers } from '../shell/actions.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { optionProps } from '../ui/option.ts';
import { accept, type Suggestion, suggestionsFor } from './search.ts';

interface SearchBoxProps {
  readonly search: string;
  readonly items: readonly ItemSummary[];
  readonly onSearch: (search: string) => void;
}

const PAUSE_MILLISECONDS = 200;

/** The search field with its suggestions. @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function SearchBox({ search, items, onSearch }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useTypedText(search, onSearch);
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const listId = useId();
  useHandlers({ search: () => input.current?.focus() });
  const suggestions = isOpen ? suggestionsFor(text, caret, items) : [];
  const take = (suggestion: Suggestion) => {
    const edited = accept(text, caret, suggestion);
    setText(edited.search);
    setCaret(edited.caret);
    setActive(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(edited.caret, edited.caret));
  };
  const reactions: Readonly<Record<SearchKey, () => void>> = {
    next: () => setActive((active + 1) % Math.max(suggestions.length, 1)),
    previous: () => setActive(active <= 0 ? suggestions.length - 1 : active - 1),
    take: () => suggestions[active] && take(suggestions[active]),
    hide: () => setOpen(false),
    clear: () => setText(''),
    leave: () => document.querySelector<HTMLElement>('[data-list]')?.focus(),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const hasChosen = suggestions[active] !== undefined;
    const key = searchKey(event.key, { isOpen: suggestions.length > 0, isEmpty: text === '', hasChosen });
    if (key === undefined) return;
    event.preventDefault();
    reactions[key]();
  };
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search"
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(suggestions[active] && { 'aria-activedescendant': `${listId}-${active}` })}
        placeholder="Search, or to: from: subject: status:"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setCaret(currentTarget.selectionStart ?? 0);
          setActive(-1);
          setOpen(true);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {text === '' ? <kbd>/</kbd> : <IconButton label="Clear the search" icon="close" onClick={() => setText('')} />}
      <Suggestions id={listId} suggestions={suggestions} active={active} onTake={take} />
    </div>
  );
}

interface SuggestionsProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

function Suggestions({ id, suggestions, active, onTake }: SuggestionsProps) {
  return (
    <div class="suggestions" hidden={suggestions.length === 0}>
      <div id={id} role="listbox" aria-label="Suggestions">
        {suggestions.map((suggestion, index) => (
          <div
            key={suggestion.insert}
            {...optionProps({ id: `${id}-${index}`, isSelected: index === active, onPick: () => onTake(suggestion) })}
            class={`suggestion ${index === active ? 'active' : ''}`}
          >
            <code>{suggestion.insert}</code> <span>{suggestion.title}</span>
          </div>
        ))}
      </div>
      <p class="search-help">
        Words must all occur. <code>subject:"your order"</code> has a space, <code>-status:Delivered</code> excludes.
      </p>
    </div>
  );
}

type SearchKey = 'next' | 'previous' | 'take' | 'hide' | 'clear' | 'leave';

interface SearchKeyState {
  /** Suggestions are shown. */
  readonly isOpen: boolean;
  readonly isEmpty: boolean;
  readonly hasChosen: boolean;
}

function searchKey(key: string, { isOpen, isEmpty, hasChosen }: SearchKeyState): SearchKey | undefined {
  switch (key) {
    case 'ArrowDown':
      return isOpen ? 'next' : 'leave';
    case 'ArrowUp':
      return 'previous';
    case 'Enter':
      return hasChosen ? 'take' : 'leave';
    case 'Tab':
      return hasChosen ? 'take' : undefined;
    case 'Escape':
      if (isOpen) return 'hide';
      return isEmpty ? 'leave' : 'clear';
    default:
      return undefined;
  }
}

/** The text in the field. It is searched for after a short pause, and follows the address. */
function useTypedText(search: string, onSearch: (search: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState(search);
  const sent = useRef(search);
  useEffect(() => {
    if (search === sent.current) return;
    sent.current = search;
    setText(search);
  }, [search]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      onSearch(wanted);
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  return [text, setText];
}
