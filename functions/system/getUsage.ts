import { noBody, noParams } from '../../shared/contract/common.ts';
import { usage } from '../../shared/contract/usage.ts';
import { operation } from '../../shared/operation/define.ts';

/** Returns the calling client's limits and how much of them it has used. */
export const getUsage = operation({
  name: 'getUsage',
  tag: 'System',
  summary: 'Returns the client’s limits and how much of each it has used.',
  method: 'GET',
  route: 'usage',
  request: { params: noParams, body: noBody },
  responses: { 200: usage },
  isLocal: true,
  run: async (_, context) => ({ status: 200, body: await context.usage() }),
});
