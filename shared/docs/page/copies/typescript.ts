import type { OperationName } from '../../../client/operations.ts';
import { type Call, CONNECTION_VARIABLE } from './call.ts';

/** The typed client's methods. The parameters of each are those of the path, then a body or query, then options. */
const METHODS: Readonly<Record<OperationName, string>> = {
  addChatParticipants: 'chat.addParticipants',
  addSmsOptOuts: 'optOuts.add',
  cancelSmsBatch: 'batches.cancel',
  checkSmsOptOuts: 'optOuts.check',
  createChatThread: 'chat.createThread',
  createIdentity: 'identities.create',
  deleteChatMessage: 'chat.deleteMessage',
  deleteChatThread: 'chat.deleteThread',
  deleteIdentity: 'identities.delete',
  exchangeTeamsUserAccessToken: 'identities.exchangeTeamsToken',
  getChatMessage: 'chat.getMessage',
  getChatThread: 'chat.getThread',
  getEmailOperation: 'emails.get',
  getSmsBatch: 'batches.get',
  getSmsDeliveryReport: 'sms.getDeliveryReport',
  getUsage: 'usage',
  issueAccessToken: 'identities.issueToken',
  listAuditEntries: 'audit.list',
  listChatMessages: 'chat.listMessages',
  listChatParticipants: 'chat.listParticipants',
  listChatThreads: 'chat.listThreads',
  listReadReceipts: 'chat.listReadReceipts',
  listSmsBatches: 'batches.list',
  listSmsBatchResults: 'batches.results',
  listSmsOptOuts: 'optOuts.list',
  redriveSmsBatch: 'batches.redrive',
  removeChatParticipant: 'chat.removeParticipant',
  removeSmsOptOuts: 'optOuts.remove',
  revokeAccessTokens: 'identities.revokeTokens',
  sendChatMessage: 'chat.sendMessage',
  sendEmail: 'emails.send',
  sendReadReceipt: 'chat.sendReadReceipt',
  sendSms: 'sms.send',
  sendTypingNotification: 'chat.sendTypingNotification',
  submitSmsBatch: 'batches.submit',
  updateChatMessage: 'chat.updateMessage',
  updateChatThread: 'chat.updateThread',
};

/** The operations that take a body, and options after it. */
const WITH_OPTIONAL_BODY: readonly string[] = ['createIdentity', 'redriveSmsBatch', 'sendTypingNotification'];

const OPTIONS = {
  'idempotency-key': 'idempotencyKey',
  'acting-user': 'actingUser',
  'operation-id': 'operationId',
} as const;

/** With the typed client; with `fetch` for what needs no signature. */
export function asTypeScript(call: Call): string {
  if (!isOperation(call.operationId)) return asFetch(call);
  const request = requestOf(call);
  if (request === undefined) return '// The typed client sends JSON: correct the body first.\n';
  const [method, argument] = request;
  const isList = call.operationId.startsWith('list');
  const options = optionsOf(call);
  const needsPlace = options !== undefined && (isList || WITH_OPTIONAL_BODY.includes(call.operationId));
  const middle = argument === undefined ? (needsPlace ? ['undefined'] : []) : [literal(argument)];
  const values = [...call.pathValues.map(textLiteral), ...middle, ...(options ? [literal(options)] : [])];
  const expression = `client.${method}(${values.join(', ')})`;
  return `import { SwitchboardClient } from 'acs-switchboard/client';

const client = new SwitchboardClient(process.env['${CONNECTION_VARIABLE}']);
${isList ? `for await (const item of ${expression}) console.log(item);` : `console.log(await ${expression});`}
`;
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(METHODS, name);
}

/** The method, and its argument after those of the path; undefined if the body cannot be sent by the client. */
function requestOf({ operationId, query, headers, body }: Call): [method: string, argument: unknown] | undefined {
  const method = isOperation(operationId) ? METHODS[operationId] : '';
  const { 'content-type': contentType = '' } = headers;
  const isCsv = !contentType.includes('json'); // sent as text/csv
  if (operationId === 'submitSmsBatch') {
    const { dryRun, ...fields } = query;
    const request = isCsv ? { ...fields, csv: body } : parsed(body);
    return request && [dryRun === true ? 'batches.dryRun' : method, request];
  }
  if (body === undefined) return [method, Object.keys(query).length > 0 ? query : undefined];
  const request = parsed(body);
  return request && [method, request];
}

function parsed(json: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function optionsOf({ headers }: Call): Record<string, string> | undefined {
  const options = Object.entries(OPTIONS).flatMap(([header, name]) => {
    const value = headers[header];
    return value === undefined ? [] : [[name, value] as const];
  });
  return options.length === 0 ? undefined : Object.fromEntries(options);
}

function asFetch({ method, target }: Call): string {
  return `const [, endpoint] = /endpoint=(.+?)\\/?(?:;|$)/.exec(process.env['${CONNECTION_VARIABLE}'] ?? '') ?? [];
const response = await fetch(endpoint + ${textLiteral(target)}, { method: '${method}' });
console.log(response.status, await response.text());
`;
}

/** A value of JSON in TypeScript. */
function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((it) => literal(it, inner))
    : Object.entries(value).map(([name, it]) => `${nameLiteral(name)}: ${literal(it, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const space = Array.isArray(value) || members.length === 0 ? '' : ' ';
  const line = `${open}${space}${members.join(', ')}${space}${close}`;
  if (line.length <= 80 && !line.includes('\n')) return line;
  return `${open}\n${members.map((it) => `${inner}${it},\n`).join('')}${indent}${close}`;
}

function textLiteral(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`);
  return `'${escaped}'`;
}

/** `__proto__` would be the prototype. */
function nameLiteral(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textLiteral(name);
}
