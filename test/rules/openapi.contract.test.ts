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

/** Where Switchboard takes or tells more than the contract. */
const WIDER = [
  // An identity without a token needs no body.
  'createIdentity body: required true → false',
  // ACS has got more scopes since.
  `createIdentity body.createTokenWithScopes[] enum: ${SCOPES}`,
  `issueAccessToken body.scopes[] enum: ${SCOPES}`,
  // ACS serves an email message to cc or bcc alone.
  'sendEmail body.recipients required: ["to"] → -',
  // ACS may not tell within a day.
  `sendEmail 202.status enum: [${EMAIL_STATES}] → [${EMAIL_STATES},"Unknown"]`,
];

/** Where it refuses by itself what ACS would refuse, or what could not be sent on. */
const STRICTER = [
  ...OPERATIONS.map((it) => `${it} parameter api-version pattern: - → …`),
  // What stands in a path has to be some text that can.
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
  // Kept with each message; ACS documents no limit.
  'sendSms body.smsSendOptions.tag maxLength: - → 1024',
  // Email addresses in ASCII.
  ...['sendEmail body.senderAddress', ...MAIL_RECIPIENTS].flatMap((it) => [
    `${it} maxLength: - → 320`,
    `${it} pattern: - → …`,
  ]),
  'sendEmail body.recipients.cc[] required: - → ["address"]',
  'sendEmail body.recipients.bcc[] required: - → ["address"]',
  // ACS wants some text here.
  'sendEmail body.content.subject minLength: - → 1',
  'createChatThread body.topic minLength: - → 1',
  'createChatThread body.participants[].communicationIdentifier.communicationUserId minLength: - → 1',
  'sendChatMessage body.content minLength: - → 1',
];

const DIFFERENCES = new Set([...WIDER, ...STRICTER]);

test('the contract is in it: every path, parameter, field, limit and status', () => {
  expect(OPERATIONS).toHaveLength(9);
  expect(new Set(compareDocuments(contract, document))).toEqual(DIFFERENCES);
});

test('the signature is described as in the contract', () => {
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

// What finds nothing finds no difference either.
test.each(['/sms', 'parameters', 'html', 'maxLength', 'enum', 'required', '401', 'Operation-Location', 'format'])(
  'a document without %s is found out',
  (name) => {
    const lacking = without([name], document) as OpenApi;
    expect(new Set(compareDocuments(contract, lacking))).not.toEqual(DIFFERENCES);
  },
);
