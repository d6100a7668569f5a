import { expect, test } from 'vitest';
import { submitSmsBatch } from '../../../../functions/sms/submitSmsBatch.ts';
import { inOptions } from '../../../../infra/local/client/progress.ts';
import { NumberReader } from '../../../../shared/smsbatch/recipients/numbers.ts';
import { rig } from '../../operation/fixtures.ts';

async function refusal(query: Record<string, string>, csv = 'to\n+14255550100\n'): Promise<string> {
  const facts = { from: '+18005550100', message: 'Hi', dryRun: 'true', 'api-version': '2024-03-15' };
  const target = `/sms/batches?${new URLSearchParams({ ...facts, ...query })}`;
  const headers = { 'content-type': 'text/csv' };
  const body = Buffer.from(csv, 'latin1');
  const answer = await rig().http(submitSmsBatch, { target, params: {}, headers, body });
  return (answer.body as { error: { message: string } }).error.message;
}

test('a message names the options of the command instead of API fields', async () => {
  const number = new NumberReader(undefined).read('0151 12345678');
  expect(inOptions(number.ok ? '' : number.reason)).toMatch(/set --default-country$/);
  expect(inOptions(await refusal({ defaultCountry: 'USA' }))).toMatch(/^--default-country: must be/);
  expect(inOptions(await refusal({ sendAt: 'tomorrow' }))).toMatch(/^--send-at: must be/);
  expect(inOptions(await refusal({}, 'to,name\n+14255550100,J\xfcrgen\n'))).toMatch(/'--charset windows-1252'/);
});

test('column names are not replaced', async () => {
  const message = await refusal({ message: '{{sendAt}} {{defaultCountry}}' });
  expect(message).toContain('{{sendAt}}');
  expect(inOptions(message)).toBe(message);
});
