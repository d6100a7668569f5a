import { noParams } from '../../shared/contract/common.ts';
import { usage } from '../../shared/contract/usage.ts';
import { operation } from '../../shared/operation/define.ts';

export const getUsage = operation({
  name: 'getUsage',
  tag: 'System',
  summary: 'Returns the client’s limits and how much of each it has used.',
  http: { method: 'GET', route: 'usage' },
  params: noParams,
  responses: { 200: usage },
  isLocal: true,
  run: async (_, context) => ({ status: 200, body: await context.usage() }),
});
