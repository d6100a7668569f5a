export interface JsonPiece {
  readonly text: string;
  readonly kind: 'name' | 'string' | 'value' | 'mark';
}

/** Returns the text indented; undefined if it is not JSON. */
export function prettyJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return undefined;
  }
}

const PIECE = /"(?:[^"\\]|\\.)*"(?=(\s*:)?)|[\w.+-]+|[^\w".+-]+/g;

/** Splits JSON into what is colored alike. */
export function jsonPieces(json: string): JsonPiece[] {
  return Array.from(json.matchAll(PIECE), ([text, colon]) => ({ text, kind: kindOf(text, colon !== undefined) }));
}

function kindOf(text: string, isName: boolean): JsonPiece['kind'] {
  if (text.startsWith('"')) return isName ? 'name' : 'string';
  return /^[\w.+-]/.test(text) ? 'value' : 'mark';
}
