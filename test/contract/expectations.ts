import { expect, inject } from 'vitest';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { createChatUser } from '../setup/emulator.ts';
import { readDescription } from '../setup/openApi.ts';
import { operationNamed } from './document.ts';
import type { Attempt, Target, TargetAnswer } from './targets.ts';

const { acsConnectionString, switchboard } = inject('stack');
const description = await readDescription(switchboard);

/** Every member of `wanted` in `actual`; a pattern stands for a text that fits it. */
export function expected(wanted: unknown): unknown {
  if (wanted instanceof RegExp) return expect.stringMatching(wanted);
  if (Array.isArray(wanted)) return wanted.map(expected);
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, expected(value)])),
  );
}

/** By the contract, and, where Switchboard answers, by what it says of itself. */
export function expectDocumented(target: Target, operation: string, answer: TargetAnswer): void {
  const { status, body } = answer;
  const { statuses, answerProblems } = operationNamed(operation);
  expect(statuses, JSON.stringify(body)).toContain(status);
  expect(answerProblems(status, body)).toEqual([]);
  if (target.isSwitchboard) expect(description.problems(operation, answer)).toEqual([]);
}

export function expectEnvelope({ isSwitchboard }: Target, { body, headers }: TargetAnswer): void {
  if (!isSwitchboard) return; // the emulator's errors have ACS's forms, which differ from service to service
  const { error } = errorEnvelope.parse(body);
  expect(error.message).not.toBe('');
  if (!headers) return;
  expect(headers.get('x-ms-error-code')).toBe(error.code);
  expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
}

/** The same with a chat user where the operation needs one. */
export async function withUser<Attempted extends Attempt>(attempt: Attempted): Promise<Attempted> {
  const isChat = operationNamed(attempt.operation).tag === 'Chat';
  return isChat ? { ...attempt, user: await createChatUser(acsConnectionString) } : attempt;
}
