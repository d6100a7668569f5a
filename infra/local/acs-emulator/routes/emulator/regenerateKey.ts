import type { Context } from '../../context.ts';
import { invalidOwnRequest } from '../../http/listFilter.ts';
import { type Answer, type Call, defineRoute, param } from '../../http/route.ts';
import type { KeyName } from '../../state/accessKeys.ts';

/**
 * What the resource manager does, and answers, for `regenerateKey` of a communication resource. User tokens end with it.
 *
 * @see "User access tokens" (ACS), revocation
 */
export const route = defineRoute({
  method: 'POST',
  path: '/_emulator/keys/:action', // primary:regenerate or secondary:regenerate
  service: 'emulator',
  auth: 'none',
  handle: regenerateKey,
});

function regenerateKey(call: Call, { accessKeys, record }: Context): Answer {
  const name = keyName(param(call, 'action'));
  accessKeys.regenerate(name);
  record({ store: 'identity', type: 'allTokensRevoked' });
  const [primaryKey, secondaryKey] = [accessKeys.get('primary'), accessKeys.get('secondary')];
  const connectionString = (key: string | undefined) => key && `endpoint=${call.baseUrl}/;accesskey=${key}`;
  return {
    status: 200,
    body: {
      primaryKey,
      primaryConnectionString: connectionString(primaryKey),
      secondaryKey,
      secondaryConnectionString: connectionString(secondaryKey),
    },
  };
}

function keyName(action: string): KeyName {
  if (action === 'primary:regenerate') return 'primary';
  if (action === 'secondary:regenerate') return 'secondary';
  throw invalidOwnRequest('', 'There is primary:regenerate and secondary:regenerate.');
}
