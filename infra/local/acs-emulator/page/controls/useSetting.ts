import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { StreamEvents } from '../../inspection/items.ts';
import { get, messageOf } from '../api.ts';
import { useStreamMessages } from '../state/live.tsx';
import type { StreamMessage } from '../stream.ts';

/** Something that the emulator can be asked for, kept up to date. */
export interface Setting<Value> {
  /** Undefined until it is loaded. */
  readonly value: Value | undefined;
  /** Why it could not be loaded. */
  readonly error: string;
  readonly reload: () => void;
  /** Shows a value that an answer contained. */
  readonly set: (value: Value) => void;
}

type Change = StreamEvents['changed']['what'] | 'requests';

/** Requests may follow each other closely: what they change is loaded again this long after the first. */
const REQUESTS_MILLISECONDS = 400;

/** @param changes what makes the present value out of date */
export function useSetting<Value>(name: string, mailbox: string, changes: readonly Change[]): Setting<Value> {
  const [value, set] = useState<Value | undefined>(undefined);
  const [error, setError] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = useCallback(() => {
    timer.current = undefined;
    get<Value>(name, { mailbox }).then(
      (loaded) => {
        set(loaded);
        setError('');
      },
      (reason: unknown) => setError(messageOf(reason)),
    );
  }, [name, mailbox]);
  useEffect(() => {
    set(undefined);
    reload();
    return () => clearTimeout(timer.current);
  }, [reload]);
  useStreamMessages((message) => {
    if (isChange(message, changes))
      timer.current ??= setTimeout(reload, isRequest(message) ? REQUESTS_MILLISECONDS : 0);
  });
  return { value, error, reload, set };
}

function isChange(message: StreamMessage, changes: readonly Change[]): boolean {
  if (message.type === 'changed') return changes.some((it) => it === message.data.what);
  if (isRequest(message)) return changes.includes('requests');
  return message.type === 'hello' || message.type === 'reset';
}

function isRequest(message: StreamMessage): boolean {
  return message.type === 'item';
}
