import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Route } from '../route.ts';
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
