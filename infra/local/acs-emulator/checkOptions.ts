import { isDate } from 'node:util/types';
import type * as z from 'zod';
import { importKey } from '../../../shared/signing/sign.ts';
import { MAXIMUM_ITEMS } from '../keptItems.ts';
import { isHostName } from '../requestGuard.ts';
import type { Fault } from './http/fault.ts';
import { faultsSchema } from './http/faultSchema.ts';
import { Fields } from './http/fields.ts';
import { parse } from './http/parse.ts';
import type { FieldError } from './http/serviceError.ts';
import type { Quotas } from './quotas/quotas.ts';
import { quotas } from './quotas/quotasSchema.ts';
import { OPERATIONS } from './serviceRoutes.ts';
import { senderKind } from './sms/senders.ts';

const MAXIMUM_PORT = 65_535;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

const invalidOption: FieldError = (field, message) => new TypeError(`${field}: ${message}`);

type Check = (fields: Fields, name: string) => void;

/** Every option with its check. */
const CHECKS = {
  ports: (fields, name) => {
    const ports = fields.object(name);
    ports.allowOnly(['http', 'https']);
    for (const port of ports.names()) checkNumber(ports, port, MAXIMUM_PORT);
  },
  quotas: () => undefined, // these two are checked where they are read, below
  faults: () => undefined,
  clock: checkClock,
  senders: (fields, name) => checkStrings(fields, name, (it) => senderKind(it) !== undefined, 'not a sender'),
  accessKeys: (fields, name) => {
    const { length } = checkStrings(fields, name, isBase64, 'not base64');
    if (length < 1 || length > 2) throw fields.invalid(name, 'give one key or two');
  },
  emailSettleMilliseconds: (fields, name) => checkNumber(fields, name, DAY_MILLISECONDS),
  onEvent: checkFunction,
  eventDelayMilliseconds: (fields, name) => checkNumber(fields, name, DAY_MILLISECONDS),
  maximumItems: (fields, name) => checkNumber(fields, name, MAXIMUM_ITEMS, 1),
  dataDirectory: (fields, name) => {
    const path = fields.string(name);
    if (path === '' || path.includes('\0')) throw fields.invalid(name, 'not a path');
  },
  allowedHosts: (fields, name) => void checkStrings(fields, name, isHostName, 'not a host name without port'),
  log: checkFunction,
} satisfies Record<string, Check>;

/**
 * Checks the options of `startAcsEmulator`.
 *
 * @returns the nested ones
 * @throws TypeError that names the first one that cannot be used
 */
export function checkOptions(options: unknown): { readonly faults: readonly Fault[]; readonly quotas: Quotas } {
  const fields = new Fields(options, 'options', invalidOption);
  fields.allowOnly(Object.keys(CHECKS));
  for (const [name, check] of Object.entries<Check>(CHECKS)) {
    if (fields.isNull(name)) throw fields.invalid(name, 'must not be null');
    if (fields.value(name) !== undefined) check(fields, name);
  }
  const read = <Schema extends z.ZodType>(schema: Schema, name: string, absent: unknown) =>
    parse(schema, fields.value(name) ?? absent, { path: `options.${name}`, invalid: invalidOption });
  return { quotas: read(quotas, 'quotas', {}), faults: read(faultsSchema(OPERATIONS), 'faults', []) };
}

function checkFunction(fields: Fields, name: string): void {
  if (typeof fields.value(name) !== 'function') throw fields.invalid(name, 'must be a function');
}

function checkClock(fields: Fields, name: string): void {
  checkFunction(fields, name);
  const clock = fields.value(name) as () => unknown;
  const time = clock();
  if (!isDate(time) || Number.isNaN(time.getTime())) throw fields.invalid(name, 'must return a valid Date');
}

function checkNumber(fields: Fields, name: string, maximum: number, minimum = 0): void {
  const number = fields.value(name) ?? minimum;
  if (Number.isInteger(number) && Number(number) >= minimum && Number(number) <= maximum) return;
  throw fields.invalid(name, `must be a whole number from ${minimum} to ${maximum}`);
}

function checkStrings(fields: Fields, name: string, isValid: (item: string) => boolean, problem: string): unknown[] {
  const items = fields.list(name);
  const index = items.findIndex((item) => typeof item !== 'string' || !isValid(item));
  if (index >= 0) throw fields.invalid(`${name}[${index}]`, problem);
  return items;
}

function isBase64(text: string): boolean {
  try {
    importKey(text);
    return true;
  } catch {
    return false;
  }
}
