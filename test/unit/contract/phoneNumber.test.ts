import { expect, test } from 'vitest';
import { numbersIn, possibleNumbersIn } from '../../../shared/contract/phoneNumber.ts';

test.each<[string, readonly string[]]>([
  ['+14255550123', ['+14255550123']],
  ['+01137120000000', ['+1137120000000', '+37120000000']], // else a call abroad would look like North America
  ['01137120000000', ['+1137120000000', '+37120000000']],
  ['+0037120000000', ['+37120000000']],
  ['4255550123', ['+4255550123', '+14255550123']],
])('%s may mean %j', (text, numbers) => {
  expect(numbersIn(text)).toEqual(numbers);
});

// Google's libphonenumber, with which a service may read numbers, accepts each of these: extensions, letters as on a
// keypad (ITU-T E.161), and the trunk prefix 0 after the country code.
test.each<[string, readonly string[]]>([
  ['+14255550123', ['+14255550123']],
  ['+14255550123 ext. 5', ['+142555501235', '+14255550123']],
  ['+14255550123;ext=5', ['+142555501235', '+14255550123']],
  ['tel:+1-425-555-0123;phone-context=x', ['+14255550123']],
  ['+1 (425) 555-0123 x99', ['+1425555012399', '+14255550123']],
  ['+14255550123,,5#', ['+142555501235', '+14255550123']],
  ['425-555-0123x5', ['+42555501235', '+4255550123', '+14255550123']],
  ['+1 800 FLOWERS', ['+1800', '+18003569377']],
  ['1-800-Flowers', ['+1800', '+18003569377']],
  ['+44 (0) 7911 123456', ['+4407911123456', '+447911123456']],
  ['+4407911123456', ['+4407911123456', '+447911123456']],
  ['+358 040 1234567', ['+3580401234567', '+358401234567']],
  ['＋４４ ０７９１１ １２３４５６', ['+4407911123456', '+447911123456']],
  ['', ['+']],
])('%s may be read as %j', (text, numbers) => {
  for (const number of numbers) expect(possibleNumbersIn(text)).toContain(number);
});

test.each(['+14255550123', 'tel:+1-425-555-0123', 'Phone: +1 (425) 555-0123'])('%s means one number', (text) => {
  expect(possibleNumbersIn(text)).toEqual(['+14255550123']);
});
