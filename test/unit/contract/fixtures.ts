import type * as z from 'zod';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { validate } from '../../../shared/contract/validate.ts';

/** The JSON paths of the fields that a schema refuses; none when it takes the value. */
export function refusedFields(schema: z.ZodType, value: unknown): readonly string[] {
  try {
    validate(schema, value);
    return [];
  } catch (error) {
    if (!(error instanceof SwitchboardError) || error.code !== 'InvalidRequest') throw error;
    return error.details?.map(({ target }) => target) ?? [];
  }
}

export const accepts = (schema: z.ZodType, value: unknown): boolean => refusedFields(schema, value).length === 0;

/** An array of a length, each member made from its index. */
export const times = <Item>(length: number, make: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => make(index));
