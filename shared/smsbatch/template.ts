/** Nothing in it can match in two ways, so that no text takes long. */
const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;

/** The columns that a message's `{{placeholders}}` name, each once, in order of appearance. */
export function placeholdersOf(message: string): string[] {
  return [...new Set([...message.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim()))];
}

/** The message with every placeholder filled. */
export function fill(message: string, columns: Readonly<Record<string, string>>): string {
  return message.replaceAll(PLACEHOLDER, (_, name: string) => columns[name.trim()] ?? '');
}
