import { API_VERSION, noBody } from '../../shared/contract/common.ts';
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
  body: { schema: noBody },
  responses: { 200: smsBatchResultPage },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client, publicUrl, answerType }) => {
    const { id, state, maxPageSize: pageSize = DEFAULT_PAGE_SIZE, after = 0 } = params;
    const { listBatchResults, resultsCsv } = await import('../../shared/smsbatch/results.ts');
    const { value, next } = await listBatchResults(smsBatches, client, id, { state, pageSize, from: after });
    const nextLink =
      next === undefined ? undefined : pageLink(`${publicUrl}/sms/batches/${id}/results`, state, pageSize, next);
    if (answerType !== CSV) return { status: 200, body: nextLink ? { value, nextLink } : { value } };
    return {
      status: 200,
      headers: { link: nextLink && `<${nextLink}>; rel="next"` }, // RFC 8288
      text: { contentType: `${CSV}; charset=utf-8; header=present`, content: resultsCsv(value) },
    };
  },
});

function pageLink(url: string, state: string | undefined, pageSize: number, after: number): string {
  const query = new URLSearchParams({
    maxPageSize: String(pageSize),
    after: String(after),
    'api-version': API_VERSION,
  });
  if (state !== undefined) query.set('state', state);
  return `${url}?${query}`;
}
