import { auditEntryPage, listAuditEntriesParams } from '../../shared/contract/audit.ts';
import { nextLinkOf } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

const DEFAULT_PAGE_SIZE = 100;

export const listAuditEntries = operation({
  name: 'listAuditEntries',
  tag: 'Audit',
  summary: 'Lists the client’s audit entries, newest first; for an operator, those of all clients.',
  http: { method: 'GET', route: 'audit' },
  params: listAuditEntriesParams,
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
    const nextLink = nextLinkOf(`${context.publicUrl}/audit`, next, {
      ...{ maxPageSize: pageSize, from, to, operation: name, client },
    });
    return { status: 200, body: { value: [...value], nextLink } };
  },
});

function epoch(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
