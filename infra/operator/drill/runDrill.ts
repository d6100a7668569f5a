import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../../../shared/contract/usage.ts';
import { signedFetch } from '../../local/client/signedFetch.ts';
import { deliveredSms, isAccepted, keyOf, regenerateKey } from './emulatorApi.ts';
import { type Platform, startPlatform, until } from './platform.ts';
import { type Count, startTraffic, type Traffic } from './traffic.ts';

interface DrillOptions {
  /** Number of calls that must end after each step before the next one starts. */
  readonly callsPerStep: number;
  readonly onStep: (step: StepResult) => void;
}

export interface StepResult extends Count {
  readonly step: string;
}

interface DrillResult {
  readonly steps: readonly StepResult[];
  /** All calls, including those after the last step. */
  readonly total: Count;
  /** SMS messages that clients saw accepted, that ACS received, and that ACS received more than once. */
  readonly messages: { readonly accepted: number; readonly delivered: number; readonly duplicates: number };
  /** SMS messages counted against the client's daily limit, by all instances and with all its keys. */
  readonly counted: number;
  /** Old keys that still work. */
  readonly stillValid: readonly string[];
}

const newKey = () => randomBytes(64).toString('base64');

/** Whether the drill has passed. */
export function isClean({ total, messages, counted, stillValid }: DrillResult): boolean {
  const { accepted, delivered, duplicates } = messages;
  // A retried call may be counted twice; every accepted message must be counted.
  const isCounted = accepted <= counted && counted <= accepted + total.retries;
  return (
    total.failures.length === 0 && accepted === delivered && duplicates === 0 && isCounted && stillValid.length === 0
  );
}

/** Rotates every key under load: first ACS's two keys, then a client's. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-drill-'));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeDirectory);
  const keys: Keys = { primary: newKey(), secondary: newKey(), client: [newKey()] };
  const log: string[] = [];
  let platform: Platform | undefined;
  let traffic: Traffic | undefined;
  try {
    platform = await startPlatform({
      directory,
      settings: (acs) => settingsOf(acs, keys),
      print: (line) => log.push(line),
    });
    traffic = startTraffic(platform.instances, keys.client[0]);
    const run: DrillRun = { platform, traffic, options, steps: [] };
    const keysNow = await rotateAcsKeys(run, keys);
    const clientKey = await rotateClientKey(run, keysNow);
    await traffic.stop();
    return {
      steps: run.steps,
      total: traffic.count(),
      messages: await countMessages(platform, traffic),
      counted: await countedSms(platform, clientKey),
      stillValid: await findValidKeys(platform, keys),
    };
  } catch (error) {
    const output = log.slice(-20).join('\n');
    throw new Error(`The drill failed: ${String(error)}\nLast output of its processes:\n${output}`, { cause: error });
  } finally {
    await traffic?.stop();
    await platform?.stop();
    removeDirectory();
    process.removeListener('exit', removeDirectory);
  }
}

/** High enough that calls are counted but never rejected. */
const LIMITS = { smsPerDay: 1_000_000, requestsPerMinute: 1_000_000 };

interface Keys {
  readonly primary: string;
  readonly secondary: string;
  /** One or two. */
  readonly client: readonly [string, string?];
}

function settingsOf(acs: string, { primary, secondary, client }: Keys) {
  return {
    ACS_CONNECTION_STRING: `endpoint=${acs}/;accesskey=${primary}`,
    ACS_CONNECTION_STRING_SECONDARY: `endpoint=${acs}/;accesskey=${secondary}`,
    CLIENTS: JSON.stringify([{ name: 'shop', keys: client.filter((key) => key !== undefined), limits: LIMITS }]),
  };
}

interface DrillRun {
  readonly platform: Platform;
  readonly traffic: Traffic;
  readonly options: DrillOptions;
  readonly steps: StepResult[];
}

/** Returns the names of the original keys that still work. */
async function findValidKeys(
  { acs, instances }: Platform,
  { primary, secondary, client: [key] }: Keys,
): Promise<string[]> {
  const answers: [name: string, isValid: boolean][] = [
    ['primary key of ACS', await isAccepted(acs, primary)],
    ['secondary key of ACS', await isAccepted(acs, secondary)],
  ];
  for (const { url } of instances) answers.push([`client's key at ${url}`, await isClientKey(url, key)]);
  return answers.filter(([, isValid]) => isValid).map(([name]) => name);
}

/** Runs one step, waits until enough calls have run after it, and reports the results of all calls meanwhile. */
async function step({ traffic, options, steps }: DrillRun, name: string, act: () => Promise<unknown>): Promise<void> {
  const before = traffic.count();
  await act();
  const { calls } = traffic.count();
  await until(
    `${options.callsPerStep} calls after '${name}'`,
    () => traffic.count().calls >= calls + options.callsPerStep,
  );
  const after = traffic.count();
  const result: StepResult = {
    step: name,
    calls: after.calls - before.calls,
    retries: after.retries - before.retries,
    failures: after.failures.slice(before.failures.length),
  };
  steps.push(result);
  options.onStep(result);
}

/** @returns the new keys */
async function rotateAcsKeys(run: DrillRun, keys: Keys): Promise<Keys> {
  const { acs, apply } = run.platform;
  let now = keys;
  await step(run, 'calls before any change', async () => undefined);
  for (const name of ['primary', 'secondary'] as const) {
    await step(run, `ACS: ${name} key regenerated`, async () => {
      const both = await regenerateKey(acs, name);
      now = { ...now, primary: keyOf(both.primaryConnectionString), secondary: keyOf(both.secondaryConnectionString) };
    });
    await step(run, `ACS: new ${name} key in the settings`, () => apply(settingsOf(acs, now)));
  }
  return now;
}

/** @returns the client's new key */
async function rotateClientKey(run: DrillRun, keys: Keys): Promise<string> {
  const { acs, apply } = run.platform;
  const [old] = keys.client;
  const fresh = newKey();
  await step(run, 'client: new key added', () => apply(settingsOf(acs, { ...keys, client: [old, fresh] })));
  await step(run, 'client: signs with the new key', async () => run.traffic.useKey(fresh));
  await step(run, 'client: old key removed', () => apply(settingsOf(acs, { ...keys, client: [fresh] })));
  return fresh;
}

async function countedSms({ instances: [first] }: Platform, accessKey: string): Promise<number> {
  const response = await signedFetch({ endpoint: first?.url ?? '', accessKey }, { method: 'GET', target: '/usage' });
  const { limits } = usage.parse(await response.json());
  return limits.find(({ limit }) => limit === 'smsPerDay')?.used ?? 0;
}

async function isClientKey(url: string, accessKey: string): Promise<boolean> {
  const response = await signedFetch({ endpoint: url, accessKey }, { method: 'GET', target: '/health/ready' });
  return response.status !== 401;
}

async function countMessages({ acs }: Platform, traffic: Traffic): Promise<DrillResult['messages']> {
  const contents = await deliveredSms(acs);
  return { accepted: traffic.sent(), delivered: contents.length, duplicates: contents.length - new Set(contents).size };
}
