import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, test } from 'vitest';
import { countSegments } from '../../../../shared/smsbatch/recipients/template.ts';

/** The result of the other implementation. */
function oracle(text: string) {
  const { encodingName, segmentsCount } = new SegmentedMessage(text);
  return { encoding: encodingName, segments: Math.max(1, segmentsCount) };
}

const GSM = fc.constantFrom(...'@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà\n\r');
const EXTENDED = fc.constantFrom(...'^{}\\[~]|€');
const OTHER = fc.constantFrom('ç', 'ё', '漢', '–', '`', '\t', '😀', '𝒳');
const long = (character: fc.Arbitrary<string>) =>
  fc.array(character, { maxLength: 500, size: 'max' }).map((it) => it.join(''));

test.each([
  ['GSM-7 with extensions', fc.oneof({ weight: 5, arbitrary: GSM }, EXTENDED)],
  ['anything', fc.oneof({ weight: 20, arbitrary: GSM }, EXTENDED, OTHER)],
])('counts like another implementation: %s', (_, character) => {
  fc.assert(
    fc.property(long(character), (text) => {
      expect(countSegments(text)).toEqual(oracle(text));
    }),
    { numRuns: 300 },
  );
});

const gsm = (segments: number) => ({ encoding: 'GSM-7', segments });
const ucs = (segments: number) => ({ encoding: 'UCS-2', segments });

test.each([
  ['nothing', '', gsm(1)],
  ['160 characters', 'a'.repeat(160), gsm(1)],
  ['161 characters', 'a'.repeat(161), gsm(2)],
  ['306 characters', 'a'.repeat(306), gsm(2)],
  ['307 characters', 'a'.repeat(307), gsm(3)],
  ['a euro takes two', `${'a'.repeat(158)}€`, gsm(1)],
  ['80 euros', '€'.repeat(80), gsm(1)],
  ['81 euros', '€'.repeat(81), gsm(2)],
  ['an escape is not parted: 152 + € begins a second part', `${'a'.repeat(152)}€${'a'.repeat(151)}`, gsm(2)],
  ['… and leaves one septet unused', `${'a'.repeat(152)}€${'a'.repeat(152)}`, gsm(3)],
  ['a line end of two characters takes two', `${'a'.repeat(158)}\r\n`, gsm(1)],
  ['… as does this one, over the limit', `${'a'.repeat(159)}\r\n`, gsm(2)],
  ['70 characters', 'я'.repeat(70), ucs(1)],
  ['71 characters', 'я'.repeat(71), ucs(2)],
  ['134 characters', 'я'.repeat(134), ucs(2)],
  ['135 characters', 'я'.repeat(135), ucs(3)],
  ['one character makes all UCS-2', `${'a'.repeat(70)}я`, ucs(2)],
  ['an emoji takes two', '😀'.repeat(35), ucs(1)],
  ['36 emoji', '😀'.repeat(36), ucs(2)],
  ['an emoji is not parted: 33 fit into each part', '😀'.repeat(66), ucs(2)],
  ['67 emoji', '😀'.repeat(67), ucs(3)],
  ['a small ç is not in GSM-7, as the large one is', 'ç', ucs(1)],
  ['the large Ç', 'Ç', gsm(1)],
])('%s', (_, text, expected) => {
  expect(countSegments(text)).toEqual(expected);
});
