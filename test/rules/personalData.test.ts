import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SEARCHES } from '../../infra/operator/person/blobTraces.ts';
import { WORK_QUEUES } from '../../infra/operator/person/queueTraces.ts';
import { PERSONAL_TABLES } from '../../infra/operator/person/tableTraces.ts';
import { loadApp } from './app.ts';

// `npm run operator -- erase` must know of every place where the app keeps something.

/** Tables that hold nothing of the people whom messages are sent to. */
const IMPERSONAL_TABLES = {
  audit: 'ids, codes and counts of what clients did',
  chatidentities: 'the chat identity of each client',
  deletedidentities: 'ids of identities',
  emailbudget: 'how many status reads were used',
  emailsenders: 'domains of senders',
  identities: 'ids of identities, and their clients',
  limits: 'how much each client has sent; recipients as hashes under the server secret',
  serversecret: 'random bytes',
  smssenders: 'senders, and their pace',
};

function named(ending: 'TABLE' | 'CONTAINER'): string[] {
  const constant = new RegExp(`const (?:\\w+_)?${ending} = '([^']+)'`, 'g');
  const files = globSync('{functions,shared}/**/*.ts').map((file) => readFileSync(file, 'utf8'));
  return files.flatMap((code) => [...code.matchAll(constant)].map(([, name = '']) => name));
}

test('every table is searched for people, or holds nothing of them', () => {
  const tables = named('TABLE');
  expect(tables.length).toBeGreaterThan(10);
  const known = [...PERSONAL_TABLES, ...Object.keys(IMPERSONAL_TABLES)];
  expect(tables.filter((it) => !known.includes(it))).toEqual([]);
  expect(known.filter((it) => !tables.includes(it))).toEqual([]);
});

test('every container is searched', () => {
  expect(new Set(Object.keys(SEARCHES))).toEqual(new Set(named('CONTAINER')));
});

test('the queues that are left to the app are those that it reads', async () => {
  const { functions } = await loadApp();
  const read = functions.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queueName] : []));
  expect(new Set(WORK_QUEUES)).toEqual(new Set(read));
});
