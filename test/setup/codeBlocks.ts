import { readFileSync } from 'node:fs';

/** A fenced code block of a page. */
export interface CodeBlock {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** `<!-- azure -->` above it: it needs Azure. */
  readonly isForAzure: boolean;
  /** `<!-- tested by: file -->` above it: the test that runs what it shows. */
  readonly testedBy: string | undefined;
}

const BLOCK = /(?:^ *<!-- (azure|tested by: (\S+)) -->\n)?^( *)```(\w*)\n([\s\S]*?)^\3```$/gm;

export function blocksOf(file: string): CodeBlock[] {
  const page = readFileSync(file, 'utf8');
  return [...page.matchAll(BLOCK)].map(
    ({ index, 1: mark, 2: testedBy, 3: indent = '', 4: language = '', 5: code = '' }) => ({
      file,
      line: page.slice(0, index).split('\n').length,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      isForAzure: mark === 'azure',
      testedBy,
    }),
  );
}
