import { useMemo, useState } from 'preact/hooks';
import { ApiView } from './apiReference/apiView.tsx';
import { ControlsView } from './controls/controlsView.tsx';
import { ActionsProvider, useHandlers } from './shell/actions.tsx';
import { LostBanner } from './shell/banner.tsx';
import { MessagesView } from './shell/messagesView.tsx';
import { OverlayContext, type OverlayName } from './shell/overlay.tsx';
import { Overlays } from './shell/overlays.tsx';
import { Rail } from './shell/rail.tsx';
import { LiveProvider } from './state/live.tsx';
import { NavigationContext, useNavigation } from './state/navigation.tsx';
import { OutboxContext, useLoadedOutbox } from './state/outbox.tsx';
import { type Theme, useTheme } from './state/theme.ts';
import { useUnreadTitle } from './state/useArrivals.ts';
import { useNow } from './state/useNow.ts';
import { useRoute } from './state/useRoute.ts';
import { NowContext } from './ui/time.tsx';
import { ToastProvider } from './ui/toast.tsx';

export function App() {
  const [route, navigate] = useRoute();
  const navigation = useMemo(() => ({ route, navigate }), [route, navigate]);
  return (
    <ToastProvider>
      <NavigationContext.Provider value={navigation}>
        <LiveProvider mailbox={route.mailbox}>
          <ActionsProvider>
            <Page />
          </ActionsProvider>
        </LiveProvider>
      </NavigationContext.Provider>
    </ToastProvider>
  );
}

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

function Page() {
  const { route, navigate } = useNavigation();
  const { mailbox, view } = route;
  const [theme, setTheme] = useTheme();
  const [overlay, setOverlay] = useState<OverlayName | undefined>(undefined);
  const overlays = useMemo(() => ({ open: setOverlay }), []);
  const outbox = useLoadedOutbox(mailbox);
  const now = useNow(mailbox);
  useUnreadTitle();
  const goTo = (change: Parameters<typeof navigate>[0]) => () => {
    navigate(({ item, ...it }) => ({ ...it, search: '', ...(typeof change === 'object' && change) }));
  };
  useHandlers({
    palette: () => setOverlay('palette'),
    help: () => setOverlay('help'),
    goAll: goTo({ view: 'list', channel: 'all' }),
    goSms: goTo({ view: 'list', channel: 'sms' }),
    goEmail: goTo({ view: 'list', channel: 'email' }),
    goChat: goTo({ view: 'list', channel: 'chat' }),
    goIdentity: goTo({ view: 'list', channel: 'identity' }),
    goRequest: goTo({ view: 'list', channel: 'request' }),
    goControls: goTo({ view: 'controls' }),
    goApi: goTo({ view: 'api' }),
  });
  return (
    <OutboxContext.Provider value={outbox}>
      <OverlayContext.Provider value={overlays}>
        <NowContext.Provider value={now}>
          <div class={`page ${view === 'list' && route.item ? 'reading' : ''}`}>
            <Rail theme={theme} onNextTheme={() => setTheme(NEXT_THEME[theme])} />
            <LostBanner />
            {view === 'list' && <MessagesView />}
            {view === 'controls' && (
              <main class="wide">
                <ControlsView mailbox={mailbox} />
              </main>
            )}
            {view === 'api' && (
              <main class="wide">
                <ApiView />
              </main>
            )}
          </div>
          <Overlays overlay={overlay} setOverlay={setOverlay} setTheme={setTheme} />
        </NowContext.Provider>
      </OverlayContext.Provider>
    </OutboxContext.Provider>
  );
}
