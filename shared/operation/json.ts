import type { ParseError } from 'jsonc-parser';
import { SwitchboardError } from '../contract/switchboardError.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body; an empty one is undefined.
 *
 * @throws SwitchboardError `InvalidJson` with line, column and offset of the first error
 */
export async function parseJson(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SwitchboardError('InvalidJson', `The body is not valid JSON${await errorPosition(text)}.`, { cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SwitchboardError('InvalidJson', 'The body is not valid UTF-8.', { cause });
  }
}

/**
 * V8 tells the position of an error only now and then; the parser that always does is loaded when it is needed.
 * Nothing, where the text is nested deeper than that parser can go.
 */
async function errorPosition(text: string): Promise<string> {
  const { parse } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    if (error instanceof RangeError) return '';
    throw error;
  }
  const offset = errors[0]?.offset ?? text.length;
  const lines = text.slice(0, offset).split('\n');
  return ` at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1} (offset ${offset})`;
}
