import type { Metafile } from 'esbuild';

/** What is read at every start, before anything is called. */
export interface StaticPart {
  /** The files that are read. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** The source files in it, as esbuild names them. */
  readonly sources: readonly string[];
}

/** The entries of a bundle with all that they import statically; what `import()` loads later is not in it. */
export function staticPart({ outputs }: Metafile): StaticPart {
  const reached = new Set<string>();
  const reach = (path: string): void => {
    const output = outputs[path];
    if (!output || reached.has(path)) return;
    reached.add(path);
    for (const { kind, path: imported } of output.imports) if (kind === 'import-statement') reach(imported);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (entryPoint === '<stdin>') reach(path);
  const parts = [...reached].flatMap((path) => outputs[path] ?? []);
  return {
    files: [...reached],
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    sources: parts.flatMap(({ inputs }) => Object.keys(inputs)),
  };
}
