import type { Diagnosis } from './diagnose.ts';
import { type SignedParts, textOf } from './parts.ts';

const WIDTH = 16;

/** What is wrong, the way out, and both sides line by line. It shows our signature, and so is for the holder of the key. */
export function diagnosisText(it: Diagnosis): string {
  const { message, remedy, ours, theirs } = it;
  return [
    message,
    `→ ${remedy}`,
    '',
    ...compared('verb', theirs.method, ours.method),
    ...compared('path and query', theirs.target, ours.target),
    ...compared('date', theirs.date, ours.date),
    ...compared('host', theirs.host, ours.host),
    ...compared('content hash', theirs.contentHash, ours.contentHash),
    ...compared('string to sign', stringOf(theirs), stringOf(ours)),
    ...compared('signature', it.theirSignature, it.ourSignature),
  ].join('\n');
}

/** On one line. */
function stringOf(parts: SignedParts): string {
  return JSON.stringify(textOf(parts));
}

/** Theirs above ours, with a mark under the first character that differs. */
function compared(name: string, theirs: string, ours: string): string[] {
  const label = `  ${name.padEnd(WIDTH)}`;
  const blank = ' '.repeat(label.length);
  if (theirs === ours) return [`${label}both    ${ours}`];
  return [
    `${label}theirs  ${theirs}`,
    `${blank}ours    ${ours}`,
    `${blank}        ${' '.repeat(commonLength(theirs, ours))}^`,
  ];
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

export function diagnosisJson({ part, message, remedy, ...rest }: Diagnosis): string {
  const facts = { ...rest, theirString: textOf(rest.theirs), ourString: textOf(rest.ours) };
  return JSON.stringify({ part, message, remedy, ...facts }, undefined, 2);
}
