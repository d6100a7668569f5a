import type { Channel } from '../inspection/items.ts';
import { isChannel } from './channels.ts';

/** What the page shows. It is written in the hash of its address, so that an address can be shared. */
export interface Route {
  readonly view: 'list' | 'controls' | 'api';
  /** Of the list: `all` is every channel except requests. */
  readonly channel: Channel | 'all';
  /** The open item; its channel differs from the list's if the list has all. */
  readonly item?: ItemReference;
  readonly search: string;
  readonly isGrouped: boolean;
  readonly mailbox: string;
}

export interface ItemReference {
  readonly channel: Channel;
  readonly id: string;
}

export const DEFAULT_MAILBOX = 'default';

const START: Route = { view: 'list', channel: 'all', search: '', isGrouped: false, mailbox: DEFAULT_MAILBOX };

/** Reads the hash of an address. What it does not know is left out. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [first = '', ...rest] = path.split('/');
  const parameters = new URLSearchParams(query);
  const common: Route = {
    ...START,
    search: parameters.get('q') ?? '',
    isGrouped: parameters.get('group') === 'recipient',
    mailbox: parameters.get('mailbox') || DEFAULT_MAILBOX,
  };
  if (first === 'controls' || first === 'api') return { ...common, view: first };
  if (!isChannel(first)) return common;
  const channel = parameters.get('in') === 'all' ? 'all' : first;
  const id = decode(rest.join('/'));
  return id === '' ? { ...common, channel: first } : { ...common, channel, item: { channel: first, id } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}

export function formatRoute(route: Route): string {
  const { view, channel, item, search, isGrouped, mailbox } = route;
  const parameters = new URLSearchParams();
  if (view === 'list' && item && channel === 'all') parameters.set('in', 'all');
  if (search !== '') parameters.set('q', search);
  if (isGrouped) parameters.set('group', 'recipient');
  if (mailbox !== DEFAULT_MAILBOX) parameters.set('mailbox', mailbox);
  const query = parameters.toString();
  return `#/${pathOf(route)}${query === '' ? '' : `?${query}`}`;
}

function pathOf({ view, channel, item }: Route): string {
  if (view !== 'list') return view;
  if (item) return `${item.channel}/${encodeURIComponent(item.id)}`;
  return channel === 'all' ? '' : channel;
}

/** The address of an item in the list of its channel. */
export function itemHref(item: ItemReference, mailbox: string): string {
  return formatRoute({ ...START, channel: item.channel, item, mailbox });
}
