import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  readonly title: string;
  readonly icon?: IconName;
  readonly onSelect: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly MenuItem[];
  readonly isDisabled?: boolean;
}

/** @see https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/ */
export function Menu({ label, icon, items, isDisabled = false }: MenuProps) {
  const root = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const buttons = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useLayoutEffect(() => {
    if (isOpen) buttons()[0]?.focus();
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = buttons();
    const index = all.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (event.key !== 'Escape' && next === undefined) return;
    event.preventDefault();
    if (next === undefined) close();
    else all.at(next % all.length)?.focus();
  };
  return (
    <div
      ref={root}
      class="menu"
      onFocusOut={({ relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || !root.current?.contains(relatedTarget)) setOpen(false);
      }}
    >
      <IconButton
        label={label}
        icon={icon}
        disabled={isDisabled}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div role="menu" aria-label={label} class="menu-items" onKeyDown={onKeyDown}>
          {items.map(({ title, icon: itemIcon, onSelect }) => (
            <button
              key={title}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                onSelect();
              }}
            >
              {itemIcon && <Icon name={itemIcon} />}
              {title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
