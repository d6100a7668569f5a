/**
 * What signing costs: our signer and verifier against the bare SHA-256 and HMAC of node:crypto over the same ready
 * bytes, and against the official client's policy. Interleaved rounds; ratios are medians of the rounds' ratios.
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { createCommunicationAccessKeyCredentialPolicy } from '@azure/communication-common';
import { createHttpHeaders, createPipelineRequest, type PipelineRequest } from '@azure/core-rest-pipeline';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { verify, verifyHeaders } from '../../shared/signing/verify.ts';
import { type Budget, type Figures, figure } from './report.ts';
import { median, medianRatio } from './statistics.ts';

const ROUNDS = 150;
const WARM_UP_ROUNDS = 15;
const OPERATIONS_PER_ROUND = 400;

const BARE_BUDGET = { relation: '≤', limit: 1.3 } as const;
const VERIFICATION_BUDGET = { relation: '≤', limit: 1.6 } as const;
const OFFICIAL_BUDGET = { relation: '>', limit: 1 } as const;

const KEY = Buffer.alloc(64, 'bench').toString('base64');
const HOST = 'contoso.communication.azure.com';
const SMS = '/sms?api-version=2021-03-07';

/** One kind of work, done `times` times; answers with something that depends on all of it. */
type Work = (times: number) => number | Promise<number>;

function smsBody(sizeBytes: number): string {
  const body = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: '' };
  const message = 'x'.repeat(sizeBytes - Buffer.byteLength(JSON.stringify(body)));
  return JSON.stringify({ ...body, message });
}

function repeat(operation: (index: number) => number): Work {
  return (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += operation(index);
    return sum;
  };
}

function official(body: string): Work {
  const policy = createCommunicationAccessKeyCredentialPolicy({ key: KEY });
  // One request and one answer for all, so that only the policy itself is measured.
  const request = createPipelineRequest({ method: 'POST', url: `https://${HOST}${SMS}`, body });
  const answer = Promise.resolve({ request, status: 202, headers: createHttpHeaders() });
  const send = (_: PipelineRequest) => answer;
  return async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += (await policy.sendRequest(request, send)).status;
    return sum;
  };
}

function works(body: string): Readonly<Record<string, Work>> {
  const key = importKey(KEY);
  const secret = createSecretKey(KEY, 'base64');
  const date = new Date();
  const signed = sign({ method: 'POST', url: `https://${HOST}${SMS}`, body, date }, key);
  const text = Buffer.from(`POST\n${SMS}\n${signed['x-ms-date']};${HOST};${signed['x-ms-content-sha256']}`).toString(
    'latin1',
  );
  const bytes = Buffer.from(body);
  const bare = (content: string | Uint8Array) => () => {
    const contentHash = hash('sha256', content, 'base64');
    return contentHash.length + createHmac('sha256', secret).update(text).digest('base64').length;
  };
  const signing = (url: (index: number) => string) => (index: number) =>
    sign({ method: 'POST', url: url(index), body, date: new Date() }, key).authorization.length;
  const headers = new Map(Object.entries(signed));
  const arrived = {
    method: 'POST',
    target: SMS,
    hosts: [HOST],
    header: (name: string) => headers.get(name),
    body: bytes,
  };
  const differing = Array.from({ length: 64 }, (_, index) => `https://${HOST}/identities/8%3Aacs%3A${index}?a=b`);
  return {
    bare: repeat(bare(body)),
    sign: repeat(signing(() => `https://${HOST}${SMS}`)),
    signDifferentUrls: repeat(signing((index) => differing[index % differing.length] ?? '')),
    official: official(body),
    bareOfBytes: repeat(bare(bytes)),
    verify: repeat(() => (verify(arrived, [key], date).ok ? 1 : Number.NaN)),
  };
}

/** Nanoseconds an operation, one number a round, for each kind of work. */
async function timed(kinds: Readonly<Record<string, Work>>): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(kinds).map((name): [string, number[]] => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const [name, work] of Object.entries(kinds)) {
      const start = process.hrtime.bigint();
      const result = await work(OPERATIONS_PER_ROUND);
      const nanoseconds = Number(process.hrtime.bigint() - start) / OPERATIONS_PER_ROUND;
      if (!(result > 0)) throw new Error(`The work '${name}' failed.`);
      if (round >= 0) times.get(name)?.push(nanoseconds);
    }
  }
  return times;
}

async function measured(label: string, body: string): Promise<Figures> {
  const times = await timed(works(body));
  const of = (name: string) => times.get(name) ?? [];
  const perSecond = (name: string) => figure(Math.round(1e9 / median(of(name))));
  const ratio = (name: string, base: string, budget?: Budget) => figure(medianRatio(of(name), of(base)), budget);
  return {
    [`signing.${label}.signPerSecond`]: perSecond('sign'),
    [`signing.${label}.signDifferentUrlsPerSecond`]: perSecond('signDifferentUrls'),
    [`signing.${label}.barePerSecond`]: perSecond('bare'),
    [`signing.${label}.officialPerSecond`]: perSecond('official'),
    [`signing.${label}.verifyPerSecond`]: perSecond('verify'),
    [`signing.${label}.signTimesBare`]: ratio('sign', 'bare', BARE_BUDGET),
    [`signing.${label}.signDifferentUrlsTimesBare`]: ratio('signDifferentUrls', 'bare', BARE_BUDGET),
    [`signing.${label}.officialTimesSign`]: ratio('official', 'sign', OFFICIAL_BUDGET),
    [`signing.${label}.verifyTimesBare`]: ratio('verify', 'bareOfBytes', VERIFICATION_BUDGET),
  };
}

const HOSTILE_ROUNDS = 30;
const HOSTILE_CLIENTS = 50;
const TEXTS_AT_MOST = 40;
const HOSTILE_BUDGET = { relation: '≤', limit: 3 } as const;

/** The most expensive refusals, with two keys for each client, against as many bare HMACs of the longest text as are allowed. */
function benchStrangers(): Figures {
  const keys = Array.from({ length: 2 * HOSTILE_CLIENTS }, () => importKey(KEY));
  const reserved = ":@!$&'()*+,;=";
  const date = new Date();
  const { authorization, ...signed } = sign({ method: 'POST', url: `https://${HOST}/`, date }, importKey(KEY));
  const headers = new Map(Object.entries({ ...signed, authorization }));
  const refuse = (target: string) => () => {
    const received = { method: 'POST', target, pathWasDecoded: true, hosts: [HOST, 'app.example:1'] };
    if (verifyHeaders({ ...received, header: (name) => headers.get(name) }, keys, date).ok)
      throw new Error('Accepted.');
  };
  const text = 'x'.repeat(800);
  const secrets = keys.map(() => createSecretKey(KEY, 'base64'));
  const bare = () => {
    for (const secret of secrets) {
      for (let count = 0; count < TEXTS_AT_MOST; count += 1) createHmac('sha256', secret).update(text).digest('base64');
    }
  };
  const targets = [1, 28, 60, 156].map((repeats) => refuse(`/g/${reserved.repeat(repeats)}/a:?a=:`));
  const rounds = Array.from({ length: HOSTILE_ROUNDS }, () => ({
    worst: Math.max(...targets.map(millisecondsOf)),
    bare: millisecondsOf(bare),
  }));
  return {
    'signing.strangers.worstMilliseconds': figure(median(rounds.map(({ worst }) => worst))),
    'signing.strangers.worstTimesBare': figure(median(rounds.map((it) => it.worst / it.bare)), HOSTILE_BUDGET),
  };
}

function millisecondsOf(work: () => void): number {
  const { user, system } = process.cpuUsage();
  work();
  const spent = process.cpuUsage({ user, system });
  return (spent.user + spent.system) / 1000;
}

/** Operations per second, and how many times the bare (or our) time each takes; 250-byte and 10 KB bodies. */
export async function benchSigning(): Promise<Figures> {
  const measures = { ...(await measured('250B', smsBody(250))), ...(await measured('10KB', smsBody(10_240))) };
  return { ...measures, ...benchStrangers() };
}
