import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Dialogs that can be opened from several places. */
export type OverlayName = 'compose' | 'help' | 'import' | 'palette' | 'reset';

export interface OverlayControl {
  readonly open: (name: OverlayName) => void;
}

export const OverlayContext = createContext<OverlayControl>({ open: () => {} });

export function useOverlay(): OverlayControl {
  return useContext(OverlayContext);
}
