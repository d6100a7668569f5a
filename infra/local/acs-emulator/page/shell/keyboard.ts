// Which key does what. The help lists the same table.

export const ACTIONS = {
  next: 'Next item',
  previous: 'Previous item',
  first: 'Newest item',
  last: 'Oldest loaded item',
  open: 'Open the item, or read it',
  close: 'Close the item',
  search: 'Search',
  palette: 'All commands',
  help: 'Keyboard shortcuts',
  copyCode: 'Copy the code in the message',
  copyLink: 'Copy the link in the message',
  group: 'Group by recipient',
  goAll: 'Go to all messages',
  goSms: 'Go to SMS',
  goEmail: 'Go to email',
  goChat: 'Go to chat',
  goIdentity: 'Go to identities',
  goRequest: 'Go to requests',
  goControls: 'Go to controls',
  goApi: 'Go to the API',
} as const;

export type Action = keyof typeof ACTIONS;

export interface Shortcut {
  /** As pressed, e.g. `['g', 's']` one after the other. Letters and signs as `KeyboardEvent.key` has them. */
  readonly keys: readonly [string] | readonly ['g', string];
  readonly action: Action;
  /** Only while the focus is in the list or on nothing, because it means something else on other elements. */
  readonly isListOnly?: true;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['j'], action: 'next' },
  { keys: ['k'], action: 'previous' },
  { keys: ['ArrowDown'], action: 'next', isListOnly: true },
  { keys: ['ArrowUp'], action: 'previous', isListOnly: true },
  { keys: ['Home'], action: 'first', isListOnly: true },
  { keys: ['End'], action: 'last', isListOnly: true },
  { keys: ['Enter'], action: 'open', isListOnly: true },
  { keys: ['Escape'], action: 'close' },
  { keys: ['/'], action: 'search' },
  { keys: ['?'], action: 'help' },
  { keys: ['c'], action: 'copyCode' },
  { keys: ['l'], action: 'copyLink' },
  { keys: ['r'], action: 'group' },
  { keys: ['g', 'a'], action: 'goAll' },
  { keys: ['g', 's'], action: 'goSms' },
  { keys: ['g', 'e'], action: 'goEmail' },
  { keys: ['g', 'c'], action: 'goChat' },
  { keys: ['g', 'i'], action: 'goIdentity' },
  { keys: ['g', 'r'], action: 'goRequest' },
  { keys: ['g', 'o'], action: 'goControls' },
  { keys: ['g', 'p'], action: 'goApi' },
];

/** The part of a `KeyboardEvent` that is needed. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What has the focus: a field to write in, the list, another element, or nothing. */
export type Focus = 'field' | 'list' | 'element' | 'nothing';

export interface KeyResult {
  readonly action: Action | undefined;
  /** Whether `g` was pressed, which a letter should follow. */
  readonly isGoing: boolean;
}

export function keyResult(press: KeyPress, focus: Focus, isGoing: boolean): KeyResult {
  const { key, ctrlKey, metaKey, altKey } = press;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return { action: 'palette', isGoing: false };
  if (ctrlKey || metaKey || altKey || focus === 'field') return { action: undefined, isGoing: false };
  if (key === 'g' && !isGoing) return { action: undefined, isGoing: true };
  const shortcut = SHORTCUTS.find(({ keys }) => keys.at(-1) === key && keys.length === (isGoing ? 2 : 1));
  const isElsewhere = shortcut?.isListOnly && focus === 'element';
  return { action: isElsewhere ? undefined : shortcut?.action, isGoing: false };
}

const NAMES: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };

export function keyName(key: string): string {
  return NAMES[key] ?? key;
}
