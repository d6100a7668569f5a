import { Dialog } from '../ui/dialog.tsx';
import { ACTIONS, keyName, SHORTCUTS } from './keyboard.ts';

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl class="shortcuts">
        <div>
          <dt>{ACTIONS.palette}</dt>
          <dd>
            <kbd>Ctrl</kbd> <kbd>K</kbd>
          </dd>
        </div>
        {SHORTCUTS.map(({ keys, action }) => (
          <div key={keys.join()}>
            <dt>{ACTIONS[action]}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{keyName(key)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
