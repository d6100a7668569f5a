import { createHmac, hash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GENERATED, generateSections, withSections } from '../../infra/toolchain/generatedSections.ts';
import { blocksOf } from '../setup/codeBlocks.ts';

const PAGES = globSync(['*.md', '{.github,functions,shared,infra,test}/**/*.md']).sort();
const sections = await generateSections();

/** @see https://github.com/microsoft/template-validation-action/blob/main/src/rules.json */
const AZD_HEADINGS = ['## Features', '## Getting Started', '## Guidance', '## Resources'];
/** @see https://github.com/Azure-Samples/azd-template-artifacts/blob/main/docs/development-guidelines/definition-of-done.md */
const AZD_FILES = [
  'LICENSE',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
  '.github/ISSUE_TEMPLATE',
  '.github/workflows/azure-dev.yml',
  '.devcontainer/devcontainer.json',
  'azure.yaml',
];

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const withoutBlocks = (page: string) => page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

const anchorsOf = (file: string) =>
  [...withoutBlocks(readFileSync(file, 'utf8')).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    anchorOf(heading),
  );

const linksOf = (file: string) =>
  [...withoutBlocks(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

describe('generated sections', () => {
  test.each(globSync([...GENERATED]))('of %s are up to date (npm run generate)', (file) => {
    const page = readFileSync(file, 'utf8');
    expect(page).toBe(withSections(page, sections));
  });

  test('all have a place', () => {
    const pages = globSync([...GENERATED]).map((file) => readFileSync(file, 'utf8'));
    const places = pages.flatMap((page) =>
      [...page.matchAll(/(?:<!--|\/\/) generated: ([\w-]+)/g)].map(([, name]) => name),
    );
    expect(places).toHaveLength(new Set(places).size);
    expect(new Set(places)).toEqual(new Set(Object.keys(sections)));
  });

  test('have a row for each declaration', () => {
    for (const [name, section] of Object.entries(sections)) expect(section.split('\n').length, name).toBeGreaterThan(6);
  });
});

describe.each(PAGES)('%s', (file) => {
  test('links to files and sections that exist', () => {
    const isForGitHub = (target: string) => /^https?:|^\.\.\/\.\.\/(?:issues|SECURITY)/.test(target);
    for (const target of linksOf(file).filter((it) => !isForGitHub(it))) {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : normalize(join(dirname(file), path));
      expect(existsSync(linked), target).toBe(true);
      if (anchor) expect(anchorsOf(linked), target).toContain(anchor);
    }
  });

  test('names files and folders that exist', () => {
    const isPath = (code: string) => /^[\w./-]+(?:\/|\/[\w.-]+\.(?:ts|mjs|json|bicep|yml|yaml))$/.test(code);
    const isWritten = (path: string) => /^(?:dist|\.local|\.package|\.azure)\//.test(path);
    const page = withoutBlocks(readFileSync(file, 'utf8'));
    const named = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code).filter(isPath);
    const exists = (path: string) => [path, join(dirname(file), path)].some((it) => existsSync(it));
    expect(named.filter((path) => !isWritten(path) && !exists(path))).toEqual([]);
  });

  test('names a test that exists wherever it runs a block by another test', () => {
    for (const { testedBy } of blocksOf(file)) if (testedBy) expect(existsSync(testedBy), testedBy).toBe(true);
  });
});

describe('README.md', () => {
  const lines = readFileSync('README.md', 'utf8').split('\n');

  test('is short', () => {
    expect(lines.length).toBeLessThan(185);
  });

  test('has the headings that azd asks of a template', () => {
    for (const heading of AZD_HEADINGS) expect(lines).toContain(heading);
  });

  test('leads to every page', () => {
    const reached = new Set(['README.md']);
    for (const file of reached) {
      for (const target of linksOf(file)) {
        const linked = normalize(join(dirname(file), target.split('#')[0] ?? ''));
        if (PAGES.includes(linked)) reached.add(linked);
      }
    }
    expect(PAGES.filter((it) => !it.startsWith('.github/') && !reached.has(it))).toEqual([]);
  });
});

test.each(AZD_FILES)('%s exists, as azd asks of a template', (file) => {
  expect(existsSync(file)).toBe(true);
});

test('the API guide’s example of a signature is right, as Node’s own crypto has it', () => {
  const page = readFileSync('functions/README.md', 'utf8').replaceAll(/^ {3}/gm, '');
  const [section = ''] = page.split('## Authentication')[1]?.split('## Examples') ?? [];
  const [, body = ''] = /For the body\n`(.*)`/.exec(section) ?? [];
  const [, toSign = ''] = /```text\n(POST\n[^`]*)\n```/.exec(section) ?? [];
  const [, key = ''] = /With the key\n`(.*)`/.exec(section) ?? [];
  expect(toSign.endsWith(`;${hash('sha256', body, 'base64')}`)).toBe(true);
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(toSign).digest('base64');
  expect(section).toContain(`&Signature=${signature}\n`);
});

test('shared/README.md describes every folder', () => {
  const page = readFileSync('shared/README.md', 'utf8');
  const folders = readdirSync('shared', { withFileTypes: true }).filter((it) => it.isDirectory());
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.map(({ name }) => `\`${name}/\``).filter((it) => !page.includes(it))).toEqual([]);
});

describe('commands', () => {
  const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);

  test('every npm script that a page names exists', () => {
    const named = PAGES.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/npm (?:run (?!-)([\w:]+)|(start|test)\b)/g),
    ]).map(([, script, short]) => script ?? short ?? '');
    expect([...new Set(named)].filter((it) => !scripts.includes(it) && it !== 'help')).toEqual([]);
  });

  test('every npm script is described in CONTRIBUTING.md', () => {
    const page = readFileSync('CONTRIBUTING.md', 'utf8');
    const isDescribed = (script: string) => [`npm run ${script}\``, `npm ${script}\``].some((it) => page.includes(it));
    expect(scripts.filter((it) => !isDescribed(it))).toEqual([]);
  });
});
