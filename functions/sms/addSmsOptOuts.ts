import { noParams } from '../../shared/contract/common.ts';
import { smsOptOutRequest, smsOptOutResult } from '../../shared/contract/smsOptOuts.ts';
import { operation } from '../../shared/operation/define.ts';

export const addSmsOptOuts = operation({
  name: 'addSmsOptOuts',
  tag: 'SMS',
  summary: 'Opts recipients out of a sender, at ACS and in Switchboard. The response has a result for each.',
  http: { method: 'POST', route: 'sms/optouts:add' },
  queue: 'add-sms-opt-outs',
  params: noParams,
  body: { schema: smsOptOutRequest },
  permissions: { sender: ({ body }) => ({ sender: body.from, target: 'from' }) },
  responses: { 200: smsOptOutResult },
  run: async ({ body }, context) => {
    const { effectOf, manageOptOuts } = await import('../../shared/optouts/manageOptOuts.ts');
    const rules = { optOuts: context.optOuts, mayReach: await context.smsDestinations(body.from) };
    const result = await manageOptOuts(context.acs, rules, 'add', body);
    return { status: 200, body: result, effect: effectOf(result) };
  },
});
