import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { optionProps } from '../ui/option.ts';
import { type Command, matchingCommands } from './commands.ts';
import { keyName } from './keyboard.ts';

interface PaletteProps {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

/** All that can be done, by typing what it is called. */
export function Palette({ commands, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const found = matchingCommands(commands, text);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useEffect(() => {
    document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isClosing = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!isClosing && steps === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (isClosing) onClose();
    else if (steps === undefined) run(found[active]);
    else setActive((active + steps + found.length) % Math.max(found.length, 1));
  };
  return (
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label="Commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={({ target }) => target === dialog.current && onClose()}
    >
      <div class="palette-box">
        <input
          role="combobox"
          aria-label="Command"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
          placeholder="Type a command"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div id={listId} role="listbox" aria-label="Commands" class="palette-list">
          {found.map((command, index) => (
            <div
              key={command.title}
              {...optionProps({ id: `${listId}-${index}`, isSelected: index === active, onPick: () => run(command) })}
              class={index === active ? 'active' : ''}
            >
              <span>{command.title}</span>
              {command.keys?.map((key) => (
                <kbd key={key}>{keyName(key)}</kbd>
              ))}
            </div>
          ))}
        </div>
        {found.length === 0 && <p class="palette-none">No command matches.</p>}
      </div>
    </dialog>
  );
}
