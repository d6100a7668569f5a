import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { urlOf } from '../api.ts';
import { EventStream, type StreamMessage, type StreamState } from '../stream.ts';

type Listener = (message: StreamMessage) => void;

export interface Live {
  readonly state: StreamState;
  /** While `lost`: when the next attempt is made, in epoch milliseconds. */
  readonly retryAt: number;
  readonly retry: () => void;
  /** Returns how to stop. */
  readonly listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ state: 'connecting', retryAt: 0, retry: () => {}, listen: () => () => {} });

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Calls the listener for everything that the emulator reports. It may be another function at every rendering. */
export function useStreamMessages(listener: Listener): void {
  const { listen } = useLive();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((message) => latest.current(message)), [listen]);
}

/** Keeps the stream of a mailbox open for everything below it. */
export function LiveProvider({
  mailbox,
  children,
}: {
  readonly mailbox: string;
  readonly children: ComponentChildren;
}) {
  const listeners = useRef(new Set<Listener>());
  const stream = useRef<EventStream>(undefined);
  const [status, setStatus] = useState<Pick<Live, 'state' | 'retryAt'>>({ state: 'connecting', retryAt: 0 });
  useEffect(() => {
    const opened = new EventStream({
      open: (lastEventId) => new EventSource(urlOf('stream', { mailbox, query: { lastEventId } })),
      onMessage: (message) => {
        for (const listener of listeners.current) listener(message);
      },
      onState: (state, wait) => setStatus({ state, retryAt: Date.now() + wait }),
      schedule: (callback, milliseconds) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    });
    stream.current = opened;
    const retry = () => opened.retry();
    addEventListener('online', retry);
    addEventListener('focus', retry);
    return () => {
      removeEventListener('online', retry);
      removeEventListener('focus', retry);
      opened.close();
    };
  }, [mailbox]);
  const actions = useMemo(
    () => ({
      retry: () => stream.current?.retry(),
      listen: (listener: Listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [],
  );
  const live = useMemo(() => ({ ...status, ...actions }), [status, actions]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}
