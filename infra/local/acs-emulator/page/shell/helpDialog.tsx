import { Dialog } from '../ui/dialog.tsx';
import { ACTIONS, type Action, keyName, SHORTCUTS } from './keyboard.ts';

const ACTION_NAMES = Object.keys(ACTIONS) as Action[];

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl class="shortcuts">
        {ACTION_NAMES.map((action) => (
          <div key={action}>
            <dt>{ACTIONS[action]}</dt>
            <dd>{keysOf(action)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function keysOf(action: Action) {
  const keys =
    action === 'palette' ? ['Ctrl', 'K'] : SHORTCUTS.filter((it) => it.action === action).flatMap((it) => it.keys);
  return keys.map((key) => <kbd key={key}>{keyName(key)}</kbd>);
}
