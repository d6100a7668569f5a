import type { Channel } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { formatRoute, type Route } from '../route.ts';
import { useLive } from '../state/live.tsx';
import { useNavigation } from '../state/navigation.tsx';
import { useOutbox } from '../state/outbox.tsx';
import type { Theme } from '../state/theme.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { MailboxSelect } from './mailboxSelect.tsx';
import { useOverlay } from './overlay.tsx';

const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

interface RailProps {
  readonly theme: Theme;
  readonly onNextTheme: () => void;
}

/** The places of the page, beside it or, on phones, above it. */
export function Rail({ theme, onNextTheme }: RailProps) {
  const { open } = useOverlay();
  return (
    <header class="rail">
      <div class="rail-head">
        <a class="brand" href="#/">
          <Icon name="all" />
          ACS emulator
        </a>
      </div>
      <button type="button" class="command-button" title="All commands" onClick={() => open('palette')}>
        <Icon name="command" />
        <span>Commands</span>
        <kbd>{COMMAND_KEY}</kbd>
      </button>
      <MailboxSelect />
      <nav class="places" aria-label="Channels">
        <ChannelLink channel="all" title="All" />
        <ChannelLinks />
        <hr />
        <Place change={{ view: 'controls' }} icon="controls" title="Controls" />
        <Place change={{ view: 'api' }} icon="api" title="API" />
      </nav>
      <div class="rail-foot">
        <LiveState />
        <IconButton label={`Theme: ${theme}`} icon="theme" onClick={onNextTheme} />
        <IconButton label="Keyboard shortcuts (?)" icon="help" onClick={() => open('help')} />
      </div>
    </header>
  );
}

function ChannelLinks() {
  return Object.entries(CHANNEL_TITLES).map(([channel, title]) => (
    <ChannelLink key={channel} channel={channel as Channel} title={title} />
  ));
}

function ChannelLink({ channel, title }: { readonly channel: Route['channel']; readonly title: string }) {
  const { stats } = useOutbox();
  const { request, ...messages } = stats?.channels ?? {};
  const kept = channel === 'all' ? messages : { [channel]: stats?.channels[channel] };
  const count = Object.values(kept).reduce((sum, it) => sum + (it?.kept ?? 0), 0);
  return <Place change={{ view: 'list', channel }} icon={channel} title={title} count={count} />;
}

interface PlaceProps {
  readonly change: Partial<Route>;
  readonly icon: IconName;
  readonly title: string;
  readonly count?: number;
}

function Place({ change, icon, title, count = 0 }: PlaceProps) {
  const { route } = useNavigation();
  const { item, ...rest } = route;
  const isCurrent = Object.entries(change).every(([key, value]) => route[key as keyof Route] === value);
  return (
    <a href={formatRoute({ ...rest, search: '', ...change })} aria-current={isCurrent ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{title}</span>
      {count > 0 && <span class="count">{count.toLocaleString()}</span>}
    </a>
  );
}

const STATES = {
  connecting: { name: 'Connecting', title: 'Connecting to the emulator' },
  live: { name: 'Live', title: 'Connected: new items appear by themselves' },
  lost: { name: 'Offline', title: 'Not connected' },
} as const;

function LiveState() {
  const { state } = useLive();
  const { name, title } = STATES[state];
  return (
    <span class={`live-state ${state}`} title={title}>
      {name}
    </span>
  );
}
