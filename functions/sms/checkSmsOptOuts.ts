import { noParams } from '../../shared/contract/common.ts';
import { smsOptOutCheckResult, smsOptOutRequest } from '../../shared/contract/smsOptOuts.ts';
import { operation } from '../../shared/operation/define.ts';

export const checkSmsOptOuts = operation({
  name: 'checkSmsOptOuts',
  tag: 'SMS',
  summary: 'Returns for each recipient whether ACS or Switchboard knows that it has opted out of a sender.',
  http: { method: 'POST', route: 'sms/optouts:check' },
  queue: 'check-sms-opt-outs',
  params: noParams,
  body: { schema: smsOptOutRequest },
  permissions: { sender: ({ body }) => ({ sender: body.from, target: 'from' }) },
  responses: { 200: smsOptOutCheckResult },
  isQuery: true,
  run: async ({ body }, context) => {
    const { manageOptOuts } = await import('../../shared/optouts/manageOptOuts.ts');
    const rules = { optOuts: context.optOuts, mayReach: await context.smsDestinations(body.from) };
    return { status: 200, body: await manageOptOuts(context.acs, rules, 'check', body) };
  },
});
