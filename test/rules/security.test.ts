import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const text = readFileSync('SECURITY.md', 'utf8');
const linksIn = (markdown: string) => [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
const local = linksIn(text).filter((target) => !/^https?:/.test(target));

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('SECURITY.md', () => {
  test('names files and sections that exist', () => {
    expect(local.length).toBeGreaterThan(20);
    for (const target of local) {
      const [file = '', anchor] = target.split('#');
      expect(existsSync(file || 'SECURITY.md'), target).toBe(true);
      if (anchor) expect(anchorsOf(file || 'SECURITY.md'), target).toContain(anchor);
    }
  });

  test('proves each threat that it names by a test', () => {
    const [, model = ''] = text.split(/^### Trust boundaries$/m);
    const [tables = ''] = model.split(/^### /m);
    const listed = [...tables.matchAll(/^\| (?!threat)(?!-)(.*) \|$/gm)]
      .map(([row]) => row)
      .filter((it) => !it.startsWith('|---'));
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.filter((row) => !/\(test\/[\w/.-]+\.test\.ts\)/.test(row))).toEqual([]);
  });

  test('names an address for reports that anybody can use, and no other', () => {
    expect(text).toContain('Report a vulnerability');
    expect(text).not.toMatch(/[\w.]+@[\w-]+\.\w+/);
  });
});

test('README.md leads to it', () => {
  expect(linksIn(readFileSync('README.md', 'utf8')).some((target) => target.startsWith('SECURITY.md'))).toBe(true);
});
