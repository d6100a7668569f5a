const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The columns that a message's `{{placeholders}}` name, each once, in order of appearance. */
export function placeholdersOf(message: string): string[] {
  return [...new Set([...message.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

/** The message with every placeholder filled. */
export function fill(message: string, columns: Readonly<Record<string, string>>): string {
  return message.replaceAll(PLACEHOLDER, (_, name: string) => columns[name] ?? '');
}
