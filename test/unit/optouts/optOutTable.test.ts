import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OptOuts } from '../../../shared/optouts/optOuts.ts';
import type { OptOut, OptOutQuery } from '../../../shared/optouts/optOutTable.ts';
import { ANNA, BEN, NOW, received, rig, SENDER } from './fixtures.ts';

const EVERY: Omit<OptOutQuery, 'pageSize'> = { sender: undefined, maySee: () => true, after: undefined };

async function pages(optOuts: OptOuts, query: OptOutQuery): Promise<OptOut[]> {
  const all: OptOut[] = [];
  let { after } = query;
  do {
    const { value, next } = await optOuts.list({ ...query, after });
    expect(value.length).toBeLessThanOrEqual(query.pageSize);
    if (next !== undefined) expect(value).toHaveLength(query.pageSize);
    all.push(...value);
    after = next;
  } while (after !== undefined);
  return all;
}

const senders = ['+18005550100', '+18005550101', '12345', 'contoso 2 go'];
const numbers = Array.from({ length: 6 }, (_, index) => `+1425555010${index}`);
const pair = fc.record({ to: fc.constantFrom(...senders), from: fc.constantFrom(...numbers), isIn: fc.boolean() });
const key = ({ sender, number }: { readonly sender: string; readonly number: string }) => `${sender} ${number}`;

const inOrder = (keys: Iterable<string>) => [...keys].sort((a, b) => (a < b ? -1 : 1));

test('all pages together have every opt-out once, of the senders that the client may see', async () => {
  const cases = fc.tuple(fc.array(pair, { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), fc.subarray(senders));
  await fc.assert(
    fc.asyncProperty(cases, async ([pairs, pageSize, visible]) => {
      const { optOuts } = rig();
      const expected = new Set<string>();
      for (const [index, { to, from, isIn }] of pairs.entries()) {
        await optOuts.record(received(isIn ? 'START' : 'STOP', { to, from, receivedOn: NOW + index }));
        if (isIn) expected.delete(`${to} ${from}`);
        else expected.add(`${to} ${from}`);
      }
      const maySee = (sender: string) => visible.includes(sender);
      const all = await pages(optOuts, { ...EVERY, maySee, pageSize });
      const isVisible = (it: string) => maySee(it.slice(0, it.lastIndexOf(' ')));
      expect(all.map(key)).toEqual(inOrder(expected).filter(isVisible));
      for (const sender of senders) {
        const own = await pages(optOuts, { ...EVERY, sender, pageSize });
        expect(own.map(key)).toEqual(inOrder(expected).filter((it) => it.startsWith(`${sender} `)));
      }
    }),
    { numRuns: 40 },
  );
});

test('an opt-out has the time of its last STOP', async () => {
  const { optOuts } = rig();
  await optOuts.record(received('STOP', { from: BEN, receivedOn: NOW + 5 }));
  await optOuts.record(received('STOP'));
  await optOuts.record(received('STOP', { receivedOn: NOW + 9 }));
  expect(await optOuts.list({ ...EVERY, pageSize: 10 })).toEqual({
    value: [
      { sender: SENDER, number: ANNA, optedOutOn: NOW + 9 },
      { sender: SENDER, number: BEN, optedOutOn: NOW + 5 },
    ],
    next: undefined,
  });
});

test('a sender ID is listed in any spelling that a client may send with', async () => {
  const { optOuts } = rig();
  await optOuts.set('Contoso 2 go', [ANNA, BEN], { optedOut: true, changedOn: NOW });
  const sender = 'CONTOSO 2 GO';
  expect(await pages(optOuts, { ...EVERY, sender, pageSize: 1 })).toEqual(
    [ANNA, BEN].map((number) => ({ sender, number, optedOutOn: NOW })),
  );
});
