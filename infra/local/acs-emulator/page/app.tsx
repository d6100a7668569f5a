import { useEffect, useState } from 'preact/hooks';
import type { Item } from '../inspection/items.ts';
import { getItem, messageOf } from './api.ts';
import { ApiView } from './apiReference/apiView.tsx';
import { CHANNEL_TITLES, isChannel } from './channels.ts';
import { ControlsView } from './controls/controlsView.tsx';
import { ItemDetail } from './details/itemDetail.tsx';
import { formatRoute, type Route } from './route.ts';
import { LiveProvider } from './state/live.tsx';
import { useRoute } from './state/useRoute.ts';
import { EmptyState } from './ui/emptyState.tsx';
import { Skeleton } from './ui/spinner.tsx';
import { ToastProvider } from './ui/toast.tsx';

export function App() {
  const [route] = useRoute();
  return (
    <ToastProvider>
      <LiveProvider mailbox={route.mailbox}>
        <nav>
          {Object.keys(CHANNEL_TITLES)
            .filter(isChannel)
            .map((channel) => (
              <a key={channel} href={formatRoute({ ...route, view: 'list', channel })}>
                {CHANNEL_TITLES[channel]}
              </a>
            ))}
        </nav>
        <Main route={route} />
      </LiveProvider>
    </ToastProvider>
  );
}

function Main({ route }: { readonly route: Route }) {
  const { view, item, mailbox } = route;
  if (view === 'controls') return <ControlsView mailbox={mailbox} />;
  if (view === 'api') return <ApiView />;
  return item ? <Detail {...item} mailbox={mailbox} /> : <EmptyState title="Nothing here yet" />;
}

function Detail({ channel, id, mailbox }: NonNullable<Route['item']> & { readonly mailbox: string }) {
  const [item, setItem] = useState<Item | undefined>(undefined);
  const [error, setError] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    getItem(mailbox, channel, id, abort.signal).then(setItem, (reason: unknown) => {
      if (!abort.signal.aborted) setError(messageOf(reason));
    });
    return () => abort.abort();
  }, [mailbox, channel, id]);
  if (error) return <EmptyState title={error} />;
  return item ? <ItemDetail item={item} mailbox={mailbox} /> : <Skeleton lines={5} />;
}
