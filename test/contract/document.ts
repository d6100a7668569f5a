import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import * as z from 'zod';

/** The contract in `openapi.yaml`, read: its operations, and a check of any body against them. */

const operation = z.looseObject({
  operationId: z.string(),
  tags: z.tuple([z.enum(['Identity', 'SMS', 'Email', 'Chat'])]),
  responses: z.record(z.string(), z.looseObject({ content: z.unknown().optional() })),
  requestBody: z.unknown().optional(),
});

const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const text = readFileSync(new URL('openapi.yaml', import.meta.url), 'utf8');
const contract = document.parse(parse(text));

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(contract, 'contract');

export interface ContractOperation {
  readonly operationId: string;
  readonly method: string;
  /** A template, such as `/identities/{id}`. */
  readonly path: string;
  readonly tag: 'Identity' | 'SMS' | 'Email' | 'Chat';
  readonly statuses: readonly number[];
  /** What is wrong with a body for a request, or with one answered under a status; empty: nothing. */
  requestProblems(body: unknown): readonly string[];
  answerProblems(status: number, body: unknown): readonly string[];
}

export const OPERATIONS: readonly ContractOperation[] = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, it]) => ({
    operationId: it.operationId,
    method: method.toUpperCase(),
    path,
    tag: it.tags[0],
    statuses: Object.keys(it.responses).map(Number),
    requestProblems: (body: unknown) => problems([path, method, 'requestBody'], it.requestBody, body),
    answerProblems: (status: number, body: unknown) =>
      problems([path, method, 'responses', String(status)], it.responses[status]?.content, body),
  })),
);

/** @param content undefined where the contract describes no body */
function problems(place: readonly string[], content: unknown, body: unknown): string[] {
  if (content === undefined) return [];
  const pointer = ['', 'paths', ...place, 'content', 'application/json', 'schema'].map(escapeToken).join('/');
  const validate = ajv.compile({ $ref: `contract#${encodeURI(pointer)}` });
  if (body === undefined) return ['there is no body'];
  return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** @see RFC 6901 (JSON Pointer) §3 */
function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function operationNamed(operationId: string): ContractOperation {
  const found = OPERATIONS.find((it) => it.operationId === operationId);
  if (!found) throw new Error(`The contract has no operation ${operationId}.`);
  return found;
}
