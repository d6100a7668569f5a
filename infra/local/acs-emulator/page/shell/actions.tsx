import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef } from 'preact/hooks';
import { type Action, type Focus, keyResult } from './keyboard.ts';

type Handlers = { readonly [Name in Action]?: () => void };

export interface Actions {
  readonly run: (action: Action) => void;
  /** Returns how to undo it. */
  readonly register: (handlers: { readonly current: Handlers }) => () => void;
}

const ActionsContext = createContext<Actions>({ run: () => {}, register: () => () => {} });

export function useActions(): Actions {
  return useContext(ActionsContext);
}

/** Lets the component carry out actions, which come from the keyboard and from the command palette. */
export function useHandlers(handlers: Handlers): void {
  const { register } = useActions();
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => register(latest), [register]);
}

const GOING_MILLISECONDS = 1500;

/** Listens to the keyboard for everything below it. */
export function ActionsProvider({ children }: { readonly children: ComponentChildren }) {
  const registered = useRef(new Set<{ readonly current: Handlers }>());
  const actions = useMemo<Actions>(
    () => ({
      run: (action) => {
        for (const { current } of registered.current) current[action]?.();
      },
      register: (handlers) => {
        registered.current.add(handlers);
        return () => registered.current.delete(handlers);
      },
    }),
    [],
  );
  useEffect(() => {
    let goingSince = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const isGoing = event.timeStamp - goingSince < GOING_MILLISECONDS;
      const result = keyResult(event, focusOf(event.target), isGoing);
      goingSince = result.isGoing ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (result.action === undefined) return;
      event.preventDefault();
      actions.run(result.action);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [actions]);
  return <ActionsContext.Provider value={actions}>{children}</ActionsContext.Provider>;
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element) || target === document.body) return 'nothing';
  if (target.closest('[data-list]')) return 'list';
  return target.matches('input, textarea, select, [contenteditable]') ? 'field' : 'element';
}
