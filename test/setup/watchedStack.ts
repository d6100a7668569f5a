import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import type { AnyOperation } from '../../shared/operation/definition.ts';
import { startOtlpReceiver } from './otlpReceiver.ts';
import { type OwnStack, startOwnStack } from './ownStack.ts';

/** Stands in everything that hostile callers write. */
export const MARKER = `Marker${crypto.randomUUID().replaceAll('-', '')}`;
export const HOSTILE = hostileText(MARKER);

/** A stack whose logs and telemetry are read. */
export interface WatchedStack extends OwnStack {
  /** No line of a host's log, and nothing that telemetry sends, holds what a caller has written. */
  expectNothing(what: string): void;
}

/** Also loads every function, so that the operations are declared in this process. */
export async function startWatchedStack(): Promise<WatchedStack> {
  const receiver = await startOtlpReceiver();
  const stack = await startOwnStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
  });
  for (const file of globSync('functions/**/*.ts')) await import(resolve(file));
  return {
    ...stack,
    expectNothing(what) {
      const lines = stack.log.filter((line) => !line.startsWith('[acs]')); // ACS itself logs what it likes
      expect(
        lines.filter((line) => line.includes(MARKER) || line.includes('forged')),
        what,
      ).toEqual([]);
      expect(
        receiver.bodies.filter((it) => it.includes(MARKER)).map((it) => it.slice(0, 2000)),
        what,
      ).toEqual([]);
      expect(receiver.bodies.length).toBeGreaterThan(0);
    },
    async stop() {
      await stack.stop();
      receiver.close();
    },
  };
}

/** Text that must not get into a log: a secret, and what would make a line or colour of its own. */
export function hostileText(marker: string): string {
  return `${marker} \r\n[2026-01-15T08:30:00.000Z] forged: ${marker}\u2028${marker}\u0085\x1b[31m${marker}`;
}

/** The name of the request's part that is hostile, and the request. */
export interface HostileRequest {
  readonly field: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Schema = z.core.$ZodType;

/**
 * Requests of an operation, made from its schemas: all of it hostile, and otherwise as in its examples with one part that
 * is hostile: a member's value, a member's name, and something in the place of an object or a list.
 */
export function* hostileRequests(operation: AnyOperation, text: string): Generator<HostileRequest> {
  const params = valueFor(operation.params) as Record<string, string>;
  const body = valueFor(operation.body.schema);
  yield {
    field: 'everything',
    params: valueFor(operation.params, text) as Record<string, string>,
    body: valueFor(operation.body.schema, text),
  };
  for (const name of Object.keys(params)) yield { field: name, params: { ...params, [name]: text }, body };
  yield { field: 'a parameter’s name', params: { ...params, [text]: text }, body };
  for (const { field, value } of replaced(body, text)) yield { field, params, body: value };
}

interface Replaced {
  readonly field: string;
  readonly value: unknown;
}

function* replaced(value: unknown, text: string, field = 'body'): Generator<Replaced> {
  yield { field, value: text };
  if (Array.isArray(value)) yield* replacedElements(value, text, field);
  else if (typeof value === 'object' && value !== null) yield* replacedMembers(value, text, field);
}

function* replacedElements(list: readonly unknown[], text: string, field: string): Generator<Replaced> {
  for (const [index, element] of list.entries()) {
    for (const it of replaced(element, text, `${field}[${index}]`)) yield { ...it, value: list.with(index, it.value) };
  }
}

function* replacedMembers(owner: object, text: string, field: string): Generator<Replaced> {
  yield { field: `${field}.?`, value: { ...owner, [text]: text } };
  yield { field: `${field}.? deeper`, value: { ...owner, [text]: { [text]: [{ [text]: text }] } } };
  for (const [name, member] of Object.entries(owner)) {
    for (const it of replaced(member, text, `${field}.${name}`)) yield { ...it, value: { ...owner, [name]: it.value } };
  }
}

/** A value for a schema, from its examples as far as it has some. @param text stands wherever text can */
function valueFor(schema: Schema, text?: string): unknown {
  const examples = schema instanceof z.ZodType ? schema.meta()?.['examples'] : undefined;
  if (text === undefined && Array.isArray(examples)) return examples[0];
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.shape).map(([name, it]) => [name, valueFor(it as Schema, text)]);
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  if (schema instanceof z.ZodArray) return [valueFor(schema.element, text)];
  if (schema instanceof z.ZodRecord) return { [text ?? 'x-name']: valueFor(schema.valueType, text) };
  if (schema instanceof z.ZodOptional && text === undefined) return undefined;
  const inner = innerOf(schema);
  return inner ? valueFor(inner, text) : (text ?? '1');
}

function innerOf(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodLazy) return schema.unwrap();
  if (schema instanceof z.ZodUnion) return schema.options.at(-1);
  if (schema instanceof z.ZodPipe) return schema.in;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap() as Schema;
  return schema instanceof z.ZodDefault ? (schema.unwrap() as Schema) : undefined;
}
