import { LOOPBACK } from '../settings/origins.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * The hosts for which a client may have signed: Switchboard's own, whatever the request says about itself. A signature for
 * another system that shares a key is none for Switchboard, and a gateway in front may send any `Host`.
 *
 * @param received the hosts that the request names: `Host`, and what the platform has put into other headers
 */
export function signedHosts(
  received: readonly string[],
  { ownHosts, isLocal }: Pick<Settings, 'ownHosts' | 'isLocal'>,
): {
  /** Most likely first. */
  readonly hosts: readonly string[];
  /** Whether the request arrived under one of them. */
  readonly isOurs: boolean;
} {
  const ownNames = ownHosts.map(nameOf);
  const ours = received.filter((host) => ownNames.includes(nameOf(host)) || (isLocal && LOOPBACK.test(nameOf(host))));
  return { hosts: [...new Set([...ours, ...ownHosts])], isOurs: ours.length > 0 };
}

/** Without the port, which is that of the platform's own proxy. */
function nameOf(host: string): string {
  const [, name = ''] = /^(\[[^\]]*\]|[^:[]*)(?::\d+)*$/.exec(host) ?? [];
  return name.toLowerCase();
}
