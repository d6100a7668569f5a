import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { formatRoute, type ItemReference, type Route } from '../route.ts';
import type { Navigate } from './useRoute.ts';

export interface Navigation {
  readonly route: Route;
  readonly navigate: Navigate;
}

export const NavigationContext = createContext<Navigation | undefined>(undefined);

/** The route of the page, and how to change it. */
export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (!navigation) throw new Error('useNavigation is for components of the page.');
  return navigation;
}

/** Returns the address of another item beside the list that is shown. */
export function useHrefInList(): (item: ItemReference) => string {
  const { route } = useNavigation();
  return (item) => formatRoute({ ...route, item });
}
