import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Keeps the newest message in view while it is, as conversations do: readers of older ones are not disturbed.
 *
 * @param count of messages
 * @returns what to put below the newest one
 */
export function useFollowEnd(count: number): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement>(null);
  const isInView = useRef(false);
  const shown = useRef(count);
  useEffect(() => {
    const element: Element | null = end.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => {
      isInView.current = entries.at(-1)?.isIntersecting ?? false;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (count > shown.current && isInView.current) end.current?.scrollIntoView({ block: 'nearest' });
    shown.current = count;
  }, [count]);
  return end;
}
