/** Something that the command palette offers. */
export interface Command {
  readonly title: string;
  /** Shown beside it. */
  readonly keys?: readonly string[];
  readonly run: () => void;
}

/** Those whose titles contain all words, or beginnings of words, of a query. Those that begin with it are first. */
export function matchingCommands(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (title: string) => (title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
  return commands
    .filter(({ title }) => words.every((it) => title.toLowerCase().includes(it)))
    .sort((a, b) => rank(a.title) - rank(b.title));
}
