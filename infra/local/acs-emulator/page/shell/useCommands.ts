import { urlOf } from '../api.ts';
import { formatRoute } from '../route.ts';
import { useNavigation } from '../state/navigation.tsx';
import { useOutbox } from '../state/outbox.tsx';
import type { Theme } from '../state/theme.ts';
import { copyText } from '../ui/clipboard.ts';
import { useToast } from '../ui/toast.tsx';
import { useActions } from './actions.tsx';
import type { Command } from './commands.ts';
import { ACTIONS, type Action, SHORTCUTS } from './keyboard.ts';
import type { OverlayControl } from './overlay.tsx';

const OFFERED: readonly Action[] = [
  ...(['goAll', 'goSms', 'goEmail', 'goChat', 'goIdentity', 'goRequest', 'goControls', 'goApi'] as const),
  ...(['search', 'group', 'copyCode', 'copyLink', 'help'] as const),
];

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** Everything that the command palette offers. */
export function useCommands(setTheme: (theme: Theme) => void, { open }: OverlayControl): readonly Command[] {
  const { run } = useActions();
  const { navigate, route } = useNavigation();
  const { mailboxes, connectionString } = useOutbox();
  const toast = useToast();
  const copy = (text: string, what: string) => {
    copyText(text).then(
      () => toast(`Copied the ${what}`),
      () => toast('The browser did not allow to copy.', 'bad'),
    );
  };
  const actions = OFFERED.map((action) => ({
    title: ACTIONS[action],
    keys: SHORTCUTS.find((it) => it.action === action)?.keys ?? [],
    run: () => run(action),
  }));
  const { mailbox } = route;
  return [
    ...actions,
    { title: 'Compose an inbound SMS message', run: () => open('compose') },
    { title: 'Copy the connection string', run: () => copy(connectionString, 'connection string') },
    { title: 'Copy the address of this view', run: () => copy(location.origin + formatRoute(route), 'address') },
    { title: 'Faults, quotas, events and clock', run: () => navigate({ view: 'controls' }) },
    { title: 'Regenerate keys', run: () => navigate({ view: 'controls' }) },
    { title: 'Export everything', run: () => location.assign(urlOf('export', { mailbox })) },
    { title: 'Import a seed file', run: () => open('import') },
    { title: 'Reset everything or one recipient', run: () => open('reset') },
    ...THEMES.map((theme) => ({ title: `Theme: ${theme}`, run: () => setTheme(theme) })),
    ...mailboxes
      .filter(({ name }) => name !== mailbox)
      .map(({ name }) => ({
        title: `Switch to mailbox ${name}`,
        run: () => navigate(({ item, ...it }) => ({ ...it, search: '', mailbox: name })),
      })),
  ];
}
