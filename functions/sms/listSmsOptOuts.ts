import { nextLinkOf } from '../../shared/contract/common.ts';
import { listSmsOptOutsParams, smsOptOutPage } from '../../shared/contract/smsOptOuts.ts';
import { operation } from '../../shared/operation/define.ts';

const DEFAULT_PAGE_SIZE = 100;

export const listSmsOptOuts = operation({
  name: 'listSmsOptOuts',
  tag: 'SMS',
  summary: 'Lists the recipients who have opted out of the client’s senders, by page.',
  http: { method: 'GET', route: 'sms/optouts' },
  params: listSmsOptOutsParams,
  permissions: {
    sender: ({ params: { from } }) => (from === undefined ? undefined : { sender: from, target: 'from' }),
  },
  responses: { 200: smsOptOutPage },
  isLocal: true,
  run: async ({ params }, context) => {
    const { optOuts, publicUrl } = context;
    const maySee = (it: string) => context.maySendFrom(it);
    const { from: sender, maxPageSize: pageSize = DEFAULT_PAGE_SIZE, after } = params;
    const page = await optOuts.list({ sender, maySee, pageSize, after });
    const value = page.value.map((it) => ({
      from: it.sender,
      to: it.number,
      optedOutOn: new Date(it.optedOutOn).toISOString(),
    }));
    const query = { maxPageSize: pageSize, from: sender };
    return { status: 200, body: { value, nextLink: nextLinkOf(`${publicUrl}/sms/optouts`, page.next, query) } };
  },
});
