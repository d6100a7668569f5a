import { nextLinkOf } from '../../shared/contract/common.ts';
import { listSmsBatchesParams, smsBatchPage } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

const DEFAULT_PAGE_SIZE = 20;

export const listSmsBatches = operation({
  name: 'listSmsBatches',
  tag: 'SMS',
  summary: 'Lists the client’s batches by page, newest first.',
  http: { method: 'GET', route: 'sms/batches' },
  params: listSmsBatchesParams,
  responses: { 200: smsBatchPage },
  isLocal: true,
  run: async ({ params }, { smsBatches, client, publicUrl }) => {
    const { maxPageSize = DEFAULT_PAGE_SIZE, after } = params;
    const { listBatches } = await import('../../shared/smsbatch/status.ts');
    const { value, next } = await listBatches(smsBatches, client, maxPageSize, after);
    return { status: 200, body: { value, nextLink: nextLinkOf(`${publicUrl}/sms/batches`, next, { maxPageSize }) } };
  },
});
