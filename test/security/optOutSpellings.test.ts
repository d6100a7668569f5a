import { expect, inject, test } from 'vitest';
import { createOptOuts } from '../../shared/optouts/optOuts.ts';
import { createTables } from '../../shared/storage/tables.ts';
import { smsFrom } from '../setup/emulator.ts';
import { uniquePhone, uniqueSender } from '../setup/names.ts';
import { createDice } from '../setup/random.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);
const optOuts = createOptOuts(
  createTables({ kind: 'connection string', connectionString: stack.storage ?? '' }),
  Date.now,
);

const shifted = (text: string, zero: number) => text.replaceAll(/\d/g, (it) => String.fromCodePoint(zero + Number(it)));

/** What may mean +1… to whoever reads it. */
const SPELLINGS: readonly (readonly [what: string, spell: (national: string) => string])[] = [
  ['E.164', (it) => `+1${it}`],
  ['brackets and a dash', (it) => `+1 (${it.slice(0, 3)}) ${it.slice(3, 6)}-${it.slice(6)}`],
  ['RFC 3966', (it) => `tel:+1-${it.slice(0, 3)}-${it.slice(3)}`],
  ['no plus', (it) => `1${it}`],
  ['two zeros', (it) => `001${it}`],
  ['zeros after the plus', (it) => `+001${it}`],
  ['North America’s prefix for calls abroad', (it) => `0111${it}`],
  ['no country code', (it) => it],
  ['spaces around it', (it) => ` +1${it} \t`],
  ['full-width digits', (it) => shifted(`+1${it}`, 0xff10)],
  ['Arabic-Indic digits', (it) => shifted(`+1${it}`, 0x660)],
  ['Devanagari digits', (it) => shifted(`+1${it}`, 0x966)],
  ['an extension', (it) => `+1${it} ext. 5`],
  ['an extension as in RFC 3966', (it) => `tel:+1${it};ext=5`],
  ['a trunk prefix', (it) => `+1 (0) ${it}`],
  ['invisible characters', (it) => `\u202A+1${it}\u202C`],
];

test('whoever has opted out gets nothing, however the number is spelled and from whichever kind of sender', async () => {
  for (const from of [uniqueSender(), String(10_000 + createDice('short code').below(90_000))]) {
    const number = uniquePhone();
    await optOuts.record({
      messageId: crypto.randomUUID(),
      from: number,
      to: from,
      message: 'STOP',
      receivedOn: Date.now(),
    });
    const smsRecipients = SPELLINGS.map(([, spell]) => ({ to: spell(number.slice(2)) }));
    const body = { from, smsRecipients, message: 'Hello' };
    expect(await call(connection, { method: 'POST', target: '/sms', body })).toMatchObject({
      status: 202,
      body: { value: smsRecipients.map(({ to }) => ({ to, successful: false, errorMessage: 'OptedOut' })) },
    });
    expect(await smsFrom(stack.acs, from)).toEqual([]);
  }
});

test('whoever has opted out of a sender ID gets nothing from it in another case', async () => {
  const from = `Shop ${createDice('sender ID').below(1_000_000)}`;
  const number = uniquePhone();
  await optOuts.set(from, [number], { optedOut: true, changedOn: Date.now() });
  for (const spelling of [from, from.toUpperCase(), from.toLowerCase()]) {
    const body = { from: spelling, smsRecipients: [{ to: number }], message: 'Hello' };
    expect(await call(connection, { method: 'POST', target: '/sms', body })).toMatchObject({
      body: { value: [{ to: number, successful: false, errorMessage: 'OptedOut' }] },
    });
    expect(await smsFrom(stack.acs, spelling)).toEqual([]);
  }
});
