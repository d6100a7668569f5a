import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Channel } from '../../inspection/items.ts';
import { useResource } from './useResource.ts';

/** `GET /_emulator/stats` */
export interface Stats {
  readonly url: string;
  readonly startedAt: string;
  readonly channels: { readonly [Name in Channel]?: ChannelStats };
}

export interface ChannelStats {
  readonly kept: number;
  readonly limit: number;
  readonly received: number;
  readonly dropped: number;
}

/** One of `GET /_emulator/mailboxes`. */
export interface Mailbox {
  readonly name: string;
  readonly connectionString: string;
}

export interface Outbox {
  /** Undefined until they are loaded. */
  readonly stats: Stats | undefined;
  readonly mailboxes: readonly Mailbox[];
  /** Of the mailbox that is shown; empty until it is loaded. */
  readonly connectionString: string;
}

export const OutboxContext = createContext<Outbox>({ stats: undefined, mailboxes: [], connectionString: '' });

/** What the emulator has, besides items. */
export function useOutbox(): Outbox {
  return useContext(OutboxContext);
}

export function useLoadedOutbox(mailbox: string): Outbox {
  const stats = useResource<Stats>('stats', mailbox, ({ type }) => type !== 'changed');
  const found = useResource<{ readonly value: readonly Mailbox[] }>(
    'mailboxes',
    mailbox,
    ({ type, data }) => type === 'changed' && 'what' in data && (data.what === 'mailboxes' || data.what === 'keys'),
  );
  const mailboxes = found?.value ?? [];
  const connectionString = mailboxes.find(({ name }) => name === mailbox)?.connectionString ?? '';
  return { stats, mailboxes, connectionString };
}
