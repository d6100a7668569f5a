import { useEffect, useMemo, useRef } from 'preact/hooks';

/**
 * Returns a function that calls the present `action`: at once, and again at most once in the given time while it is called
 * often. The last call always has an effect.
 */
export function useThrottled(action: () => void, milliseconds: number): () => void {
  const latest = useRef(action);
  latest.current = action;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    let isWanted = false;
    const run = () => {
      timer.current = undefined;
      if (!isWanted) return;
      isWanted = false;
      timer.current = setTimeout(run, milliseconds);
      latest.current();
    };
    return () => {
      isWanted = true;
      if (timer.current === undefined) run();
    };
  }, [milliseconds]);
}
