import type { Settings } from '../../../shared/settings/settings.ts';
import { type Finding, ok, warning } from './finding.ts';

export const CLIENTS = 'client keys';

/** Whether the clients' keys can be used, and are theirs alone. */
export function examineClients({ clients, acs }: Settings): Finding {
  if (clients.length === 0) {
    return warning(
      CLIENTS,
      'CLIENTS is empty: every call over HTTP is answered with 401.',
      'Add [{"name":"<app>","keys":["<openssl rand -base64 64>"]}] as CLIENTS.',
    );
  }
  const acsKeys = acs.kind === 'keys' ? acs.accessKeys : [];
  const shared = clients.find(({ keys }) => keys.some((key) => acsKeys.includes(key)));
  if (shared) {
    return warning(
      CLIENTS,
      `The client '${shared.name}' in CLIENTS has a key of the ACS resource itself.`,
      'Give it a key of its own (openssl rand -base64 64), and regenerate that key of the resource.',
    );
  }
  return ok(CLIENTS, clients.map(({ name, keys }) => `${name}: ${keys.length}`).join(', '));
}
