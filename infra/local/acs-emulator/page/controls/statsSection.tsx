import type { Channel } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { Time } from '../ui/time.tsx';
import { FormFailure, Section } from './parts.tsx';
import { useSetting } from './useSetting.ts';

interface ChannelStats {
  readonly kept: number;
  readonly limit: number;
  readonly received: number;
  readonly dropped: number;
}

interface Stats {
  readonly url: string;
  readonly startedAt: string;
  readonly channels: Readonly<Record<Channel, ChannelStats>>;
}

const COUNT = new Intl.NumberFormat('en');

/** How much is kept. */
export function StatsSection({ mailbox }: { readonly mailbox: string }) {
  const { value: stats, error } = useSetting<Stats>('stats', mailbox, ['requests']);
  return (
    <Section title="What is kept" about="The oldest items are dropped when there are more than the limit.">
      {stats && (
        <>
          <table class="stats">
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col">Kept</th>
                <th scope="col">Limit</th>
                <th scope="col">Received</th>
                <th scope="col">Dropped</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(stats.channels).map(([channel, { kept, limit, received, dropped }]) => (
                <tr key={channel}>
                  <th scope="row">{CHANNEL_TITLES[channel as Channel]}</th>
                  <td>{COUNT.format(kept)}</td>
                  <td>{COUNT.format(limit)}</td>
                  <td>{COUNT.format(received)}</td>
                  <td>{COUNT.format(dropped)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="control-about">
            <code>{stats.url}</code>, started <Time at={stats.startedAt} /> ago
          </p>
        </>
      )}
      {error && <FormFailure error={{ field: '', message: error }} />}
    </Section>
  );
}
