import { auditEntryPage, listAuditEntriesParams } from '../../shared/contract/audit.ts';
import { API_VERSION, noBody } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

const DEFAULT_PAGE_SIZE = 100;

export const listAuditEntries = operation({
  name: 'listAuditEntries',
  tag: 'Audit',
  summary: 'Lists what the client did and was refused, newest first; for an operator, what every client did.',
  http: { method: 'GET', route: 'audit' },
  params: listAuditEntriesParams,
  body: { schema: noBody },
  responses: { 200: auditEntryPage },
  isLocal: true,
  run: async ({ params }, context) => {
    const { maxPageSize: pageSize = DEFAULT_PAGE_SIZE, after, from, to, operation: name, client } = params;
    const { value, next } = await context.auditEntries({
      from: epoch(from),
      to: epoch(to),
      client,
      operation: name,
      pageSize,
      after,
    });
    if (next === undefined) return { status: 200, body: { value: [...value] } };
    const query = new URLSearchParams({ maxPageSize: String(pageSize), after: next, 'api-version': API_VERSION });
    for (const [parameter, text] of Object.entries({ from, to, operation: name, client })) {
      if (text !== undefined) query.set(parameter, text);
    }
    return { status: 200, body: { value: [...value], nextLink: `${context.publicUrl}/audit?${query}` } };
  },
});

function epoch(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
