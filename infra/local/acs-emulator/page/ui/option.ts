interface OptionParts {
  readonly id: string;
  readonly role?: 'option' | 'treeitem';
  readonly isSelected: boolean;
  readonly onPick: () => void;
}

/**
 * Attributes of something to pick from a list or tree that has the focus as a whole, or whose text field has it: the keys
 * work there, and `aria-activedescendant` says where they are.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_focus_activedescendant
 */
export function optionProps({ id, role = 'option', isSelected, onPick }: OptionParts) {
  return {
    id,
    role,
    'aria-selected': isSelected,
    tabIndex: -1,
    // The focus stays where it is.
    onMouseDown: (event: MouseEvent) => event.preventDefault(),
    onClick: onPick,
  } as const;
}
