const BRACE = /[{}]/;

interface Placeholder {
  /** Of its first brace. */
  readonly start: number;
  /** After its last one. */
  readonly end: number;
  /** Without the spaces around it. */
  readonly name: string;
}

/** The columns that a message's `{{placeholders}}` name, each once, in order of appearance. */
export function placeholdersOf(message: string): string[] {
  return [...new Set([...placeholdersIn(message)].map(({ name }) => name))];
}

/** The message with every placeholder filled. */
export function fill(message: string, columns: Readonly<Record<string, string>>): string {
  let text = '';
  let at = 0;
  for (const { start, end, name } of placeholdersIn(message)) {
    text += message.slice(at, start) + (columns[name] ?? '');
    at = end;
  }
  return text + message.slice(at);
}

/** Two opening braces, something without braces, and two closing ones. Looks at each character once. */
function* placeholdersIn(message: string): Generator<Placeholder> {
  let nameStart = 0;
  for (let at = 0; at < message.length; at += 1) {
    const character = message.charAt(at);
    if (!BRACE.test(character)) continue;
    const isEnd = character === '}' && message.startsWith('}}', at) && message.startsWith('{{', nameStart - 2);
    if (isEnd && nameStart >= 2 && at > nameStart) {
      yield { start: nameStart - 2, end: at + 2, name: message.slice(nameStart, at).trim() };
      at += 1;
    }
    nameStart = at + 1;
  }
}
