import { ComposeSms } from '../compose/composeSms.tsx';
import { useNavigation } from '../state/navigation.tsx';
import type { Theme } from '../state/theme.ts';
import { HelpDialog } from './helpDialog.tsx';
import { ImportDialog } from './importDialog.tsx';
import type { OverlayName } from './overlay.tsx';
import { Palette } from './palette.tsx';
import { ResetDialog } from './resetDialog.tsx';
import { useCommands } from './useCommands.ts';

interface OverlaysProps {
  readonly overlay: OverlayName | undefined;
  readonly setOverlay: (overlay: OverlayName | undefined) => void;
  readonly setTheme: (theme: Theme) => void;
}

/** The dialog that is open, if any. */
export function Overlays({ overlay, setOverlay, setTheme }: OverlaysProps) {
  const { route } = useNavigation();
  const { mailbox } = route;
  const close = () => setOverlay(undefined);
  switch (overlay) {
    case 'palette':
      return <OpenPalette setOverlay={setOverlay} setTheme={setTheme} />;
    case 'help':
      return <HelpDialog onClose={close} />;
    case 'reset':
      return <ResetDialog mailbox={mailbox} onClose={close} />;
    case 'import':
      return <ImportDialog mailbox={mailbox} onClose={close} />;
    case 'compose':
      return <ComposeSms mailbox={mailbox} onClose={close} />;
    default:
      return null;
  }
}

function OpenPalette({ setOverlay, setTheme }: Omit<OverlaysProps, 'overlay'>) {
  const commands = useCommands(setTheme, { open: setOverlay });
  return <Palette commands={commands} onClose={() => setOverlay(undefined)} />;
}
