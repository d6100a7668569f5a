import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { OpenApi } from '../setup/openApi.ts';
import { compareDocuments } from './openapi.compare.ts';
import { loadDescribed } from './openapi.ts';

const contract = parse(readFileSync('test/contract/openapi.yaml', 'utf8')) as OpenApi;
const { document } = await loadDescribed();

const OPERATIONS = Object.values(contract.paths)
  .flatMap(Object.values)
  .map(({ operationId }) => String(operationId));

const IDENTIFIED = ['deleteIdentity parameter id', 'issueAccessToken parameter id'];
const IN_THREAD = ['sendChatMessage parameter chatThreadId', 'listChatMessages parameter chatThreadId'];
const MAIL_RECIPIENTS = ['to', 'cc', 'bcc'].map((kind) => `sendEmail body.recipients.${kind}[].address`);

const SCOPES = '["chat","voip"] → ["chat","voip","chat.join","chat.join.limited","voip.join"]';
const EMAIL_STATES = '"NotStarted","Running","Succeeded","Failed","Canceled"';

/** Where Switchboard accepts or returns more than the contract. */
const WIDER = [
  // An identity without a token needs no body.
  'createIdentity body: required true → false',
  // ACS has added scopes since.
  `createIdentity body.createTokenWithScopes[] enum: ${SCOPES}`,
  `issueAccessToken body.scopes[] enum: ${SCOPES}`,
  // ACS accepts email messages with only cc or bcc recipients.
  'sendEmail body.recipients required: ["to"] → -',
  // ACS may not report a final status within a day.
  `sendEmail 202.status enum: [${EMAIL_STATES}] → [${EMAIL_STATES},"Unknown"]`,
];

/** Where Switchboard itself rejects what ACS would reject or could not receive. */
const STRICTER = [
  ...OPERATIONS.map((it) => `${it} parameter api-version pattern: - → …`),
  // Path parameters must be valid in a path.
  ...[...IDENTIFIED, ...IN_THREAD].flatMap((it) => [
    `${it} minLength: - → 1`,
    `${it} maxLength: - → 512`,
    `${it} pattern: - → …`,
  ]),
  'issueAccessToken body.scopes minItems: - → 1',
  // ACS's limits of one call.
  'sendSms body.smsRecipients minItems: - → 1',
  'sendSms body.smsRecipients maxItems: - → 100',
  'createChatThread body.participants maxItems: - → 200',
  ...['listChatThreads', 'listChatMessages'].flatMap((it) => [
    `${it} parameter maxPageSize minimum: - → 1`,
    `${it} parameter maxPageSize maximum: - → 200`,
  ]),
  // Stored with each message; ACS documents no limit.
  'sendSms body.smsSendOptions.tag maxLength: - → 1024',
  // Email addresses in ASCII.
  ...['sendEmail body.senderAddress', ...MAIL_RECIPIENTS].flatMap((it) => [
    `${it} maxLength: - → 320`,
    `${it} pattern: - → …`,
  ]),
  'sendEmail body.recipients.cc[] required: - → ["address"]',
  'sendEmail body.recipients.bcc[] required: - → ["address"]',
  // ACS requires a value.
  'sendEmail body.content.subject minLength: - → 1',
  'createChatThread body.topic minLength: - → 1',
  'createChatThread body.participants[].communicationIdentifier.communicationUserId minLength: - → 1',
  'sendChatMessage body.content minLength: - → 1',
];

const DIFFERENCES = new Set([...WIDER, ...STRICTER]);

test('the document includes the contract: every path, parameter, field, limit and status', () => {
  expect(OPERATIONS).toHaveLength(9);
  expect(new Set(compareDocuments(contract, document))).toEqual(DIFFERENCES);
});

test('the signature is documented as in the contract', () => {
  expect(document).toMatchObject({
    security: [{ accessKey: [] }],
    components: { securitySchemes: { accessKey: { type: 'apiKey', name: 'Authorization', in: 'header' } } },
  });
});

const without = (names: readonly string[], node: unknown): unknown => {
  if (Array.isArray(node)) return node.map((it) => without(names, it));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name]) => !names.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, without(names, value)]));
};

// A comparison that finds nothing would find no differences either.
test.each(['/sms', 'parameters', 'html', 'maxLength', 'enum', 'required', '401', 'Operation-Location', 'format'])(
  'a document without %s is detected',
  (name) => {
    const lacking = without([name], document) as OpenApi;
    expect(new Set(compareDocuments(contract, lacking))).not.toEqual(DIFFERENCES);
  },
);
