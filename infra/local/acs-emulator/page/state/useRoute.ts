import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute, type Route } from '../route.ts';

export type Navigate = (
  change: Partial<Route> | ((route: Route) => Route),
  options?: { readonly replace: boolean },
) => void;

/** The route in the address, and how to change it. */
export function useRoute(): readonly [Route, Navigate] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  const show = useCallback((next: Route) => {
    setRoute((shown) => (formatRoute(shown) === formatRoute(next) ? shown : next));
  }, []);
  useLayoutEffect(() => {
    const onChange = () => show(parseRoute(location.hash));
    onChange(); // it may have changed since the first rendering
    addEventListener('hashchange', onChange);
    addEventListener('popstate', onChange);
    return () => {
      removeEventListener('hashchange', onChange);
      removeEventListener('popstate', onChange);
    };
  }, [show]);
  const navigate = useCallback<Navigate>(
    (change, options) => {
      const present = parseRoute(location.hash);
      const hash = formatRoute(typeof change === 'function' ? change(present) : { ...present, ...change });
      if (options?.replace) history.replaceState(null, '', hash);
      else if (hash !== location.hash) history.pushState(null, '', hash);
      show(parseRoute(hash));
    },
    [show],
  );
  return [route, navigate];
}
