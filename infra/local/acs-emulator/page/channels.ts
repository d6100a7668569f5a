import type { Channel } from '../inspection/items.ts';

/** Channels in the order of the page, with their titles. */
export const CHANNEL_TITLES: Readonly<Record<Channel, string>> = {
  sms: 'SMS',
  email: 'Email',
  chat: 'Chat',
  identity: 'Identities',
  request: 'Requests',
};

export function listTitle(channel: Channel | 'all'): string {
  return channel === 'all' ? 'All messages' : CHANNEL_TITLES[channel];
}

export function isChannel(text: string): text is Channel {
  return Object.hasOwn(CHANNEL_TITLES, text);
}
