import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Words and phrases that engineers do not use in technical English, or that name something in another way than ACS does.
 * Each has a sentence in which it must be found, so that a pattern cannot silently stop matching.
 */
const AVOIDED: readonly { readonly word: RegExp; readonly instead: string; readonly example: string }[] = [
  { word: /\b(?:tell|tells|telling|told)\b/, instead: 'return, report, say, emit', example: 'It tells the status.' },
  { word: /\b(?:whoever|somebody|nobody)\b/, instead: 'the caller, a process, no one', example: 'Nobody is at it.' },
  { word: /\b(?:anybody|everybody)\b/, instead: 'anyone, everyone, all callers', example: 'It is open to everybody.' },
  {
    word: /\b(?:become|becomes|became) of\b/,
    instead: 'the result, the outcome, the status',
    example: 'what becomes of a message',
  },
  { word: /\b(?:come|comes|came|coming) back\b/, instead: 'return, retry, be redelivered', example: 'It comes back.' },
  { word: /\bgoes\b/, instead: 'is sent, is written, moves', example: 'The request goes to ACS.' },
  { word: /\b(?:bear|bears|bearing|bore)\b/, instead: 'has, carries', example: 'The event bears an id.' },
  { word: /\b(?:mend|mends|mended|mending)\b/, instead: 'fix, recover, repair', example: 'The timer mends it.' },
  { word: /\banew\b/, instead: 'again', example: 'It is made anew.' },
  { word: /\bat the end\b/, instead: 'trailing, finally, last', example: 'no slash at the end' },
  { word: /\b(?:is|are) there\b/, instead: 'exists, is present', example: 'the row is there' },
  {
    word: /\be-mails?\b|\bmails\b|\b(?<!\bsend )mail\b(?!-composer\b| (?:composer|from|host|server|servers|system|systems)\b)/,
    instead: 'email, an email message',
    example: 'It hands a mail to ACS.',
  },
  {
    word: /\btexts\b|\b(?:a|each|every|one) text\b(?! (?:body|editor|file|message|part)s?\b)/,
    instead: 'SMS messages (or strings)',
    example: 'It sends one text to each recipient.',
  },
];

const FILES = [
  ...globSync('{functions,shared,infra}/**/*.{ts,mts,mjs,html,bicep,bicepparam}'),
  ...globSync('{functions,shared,infra,test}/**/*.md'),
  ...globSync(['*.md', '*.yaml', 'package.json', '{.github,.devcontainer}/**/*.{md,yml,json}']),
];

/** Names in rows that earlier versions wrote. They stay, and each may be used only in the file that maps it. */
const STORED_NAMES: Readonly<Record<string, RegExp>> = {
  'shared/smsreports/smsMessage.ts': /'told'|'tellingUntil'/g,
  'shared/email/emailStore.ts': /\btellOn\b|'(?:tell|mail)'|`mails?-/g,
};

function textOf(file: string): string {
  const text = readFileSync(file, 'utf8');
  const names = STORED_NAMES[file];
  return names ? text.replaceAll(names, '') : text;
}

/** A line with the words of its identifiers apart: `tellOf` → `tell of`. */
const wordsOf = (line: string) => line.replaceAll(/(?<=[a-z\d])(?=[A-Z])|_/g, ' ').toLowerCase();

/** Avoided words in a text, each with its line. */
function findingsIn(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const found = AVOIDED.filter(({ word }) => word.test(wordsOf(line)));
    return found.map(({ instead }) => `line ${index + 1}: ${line.trim().slice(0, 100)} (write: ${instead})`);
  });
}

test.each(AVOIDED)('$example is found', ({ word, example }) => {
  expect(word.test(wordsOf(example))).toBe(true);
});

test.each([
  'const EmailSendMailOperational = mailFromDomain;',
  'the recipient’s mail server',
  'a text message',
  'contexts that end at the endpoint',
  'Authorization: Bearer …',
])('%s is not', (line) => {
  expect(findingsIn(line)).toEqual([]);
});

test('names of identifiers are read as words', () => {
  expect(findingsIn('const mailStore = tellOutcome(SOMEBODY_ELSE);')).toHaveLength(3);
});

test('no file and no file name has one', () => {
  const findings = FILES.flatMap((file) => {
    const inName = findingsIn(file.replaceAll('/', ' ')).map((it) => `${file} (its name), ${it}`);
    return [...inName, ...findingsIn(textOf(file)).map((it) => `${file}, ${it}`)];
  });
  expect(findings).toEqual([]);
});
