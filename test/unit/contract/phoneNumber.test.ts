import { expect, test } from 'vitest';
import { numbersIn } from '../../../shared/contract/phoneNumber.ts';

test.each<[string, readonly string[]]>([
  ['+14255550123', ['+14255550123']],
  ['+01137120000000', ['+1137120000000', '+37120000000']], // else a call abroad would look like North America
  ['01137120000000', ['+1137120000000', '+37120000000']],
  ['+0037120000000', ['+37120000000']],
  ['4255550123', ['+4255550123', '+14255550123']],
])('%s may mean %j', (text, numbers) => {
  expect(numbersIn(text)).toEqual(numbers);
});
