import { nextLinkOf } from '../../shared/contract/common.ts';
import { smsBatchResultPage, smsBatchResultsParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

const DEFAULT_PAGE_SIZE = 1000;
const CSV = 'text/csv';

export const listSmsBatchResults = operation({
  name: 'listSmsBatchResults',
  tag: 'SMS',
  summary: 'Lists a batch’s recipients and their results by page, in JSON or CSV.',
  http: { method: 'GET', route: 'sms/batches/{id}/results', answerHeaders: ['Link'], textType: CSV },
  params: smsBatchResultsParams,
  responses: { 200: smsBatchResultPage },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client, publicUrl, answerType }) => {
    const { id, state, maxPageSize = DEFAULT_PAGE_SIZE, after = 0 } = params;
    const { listBatchResults, resultsCsv } = await import('../../shared/smsbatch/results.ts');
    const { value, next } = await listBatchResults(smsBatches, client, id, {
      state,
      pageSize: maxPageSize,
      from: after,
    });
    const nextLink = nextLinkOf(`${publicUrl}/sms/batches/${id}/results`, next, { maxPageSize, state });
    if (answerType !== CSV) return { status: 200, body: { value, nextLink } };
    return {
      status: 200,
      headers: { link: nextLink && `<${nextLink}>; rel="next"` }, // RFC 8288
      text: { contentType: `${CSV}; charset=utf-8; header=present`, content: resultsCsv(value) },
    };
  },
});
