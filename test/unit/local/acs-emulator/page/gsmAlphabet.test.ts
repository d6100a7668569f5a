import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, test } from 'vitest';
import { charactersOutsideGsm } from '../../../../../infra/local/acs-emulator/page/details/sms/gsmAlphabet.ts';

test('of all characters, those of the GSM alphabet are the ones that a known calculator sends in 7 bits', () => {
  const characters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
  const differing = characters.filter(
    (it) => (charactersOutsideGsm(it).length === 0) !== (new SegmentedMessage(it).encodingName === 'GSM-7'),
  );
  expect(differing.map((it) => it.charCodeAt(0).toString(16))).toEqual([]);
});

test('the characters that force UCS-2 are named once each, in their order, as readers see them', () => {
  expect(charactersOutsideGsm('ok – “fine” – 👩‍💻 👩‍💻')).toEqual(['–', '“', '”', '👩‍💻']);
});

test('a line break of two characters is in the alphabet', () => {
  expect(charactersOutsideGsm('one\r\ntwo')).toEqual([]);
});
