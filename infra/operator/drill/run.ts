import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../../../shared/contract/usage.ts';
import { signedFetch } from '../../local/client/signedfetch.ts';
import { deliveredTexts, isAccepted, keyOf, regenerateKey } from './emulator.ts';
import { type Platform, startPlatform } from './platform.ts';
import { type Count, startTraffic, type Traffic } from './traffic.ts';
import { until } from './until.ts';

export interface DrillOptions {
  /** Calls that must have ended after a step before the next one begins. */
  readonly callsForEachStep: number;
  readonly onStep: (step: StepResult) => void;
}

export interface StepResult extends Count {
  readonly step: string;
}

export interface DrillResult {
  readonly steps: readonly StepResult[];
  /** Of all calls, also of the last ones after the steps. */
  readonly total: Count;
  /** Text messages that clients were told to be accepted, those that ACS got, and how many of them twice. */
  readonly messages: { readonly accepted: number; readonly delivered: number; readonly twice: number };
  /** Text messages that were counted against the client's limit a day, by all instances and under all its keys. */
  readonly counted: number;
  /** Old keys that still open something. */
  readonly stillGood: readonly string[];
}

const newKey = () => randomBytes(64).toString('base64');

/** Whether the drill went as it must. */
export function isClean({ total, messages, counted, stillGood }: DrillResult): boolean {
  const { accepted, delivered, twice } = messages;
  // A call that was broken off and repeated may be counted twice, and none may be missing.
  const isCounted = accepted <= counted && counted <= accepted + total.retries;
  return total.failures.length === 0 && accepted === delivered && twice === 0 && isCounted && stillGood.length === 0;
}

/** Changes every key while calls go on: those of ACS in turn, then those of a client. */
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
    const stage: Stage = { platform, traffic, options, steps: [] };
    const changed = await changeAcsKeys(stage, keys);
    const clientKey = await changeClientKeys(stage, changed);
    await traffic.stop();
    return {
      steps: stage.steps,
      total: traffic.count(),
      messages: await reckon(platform, traffic),
      counted: await countedSms(platform, clientKey),
      stillGood: await goodOnes(platform, keys),
    };
  } catch (error) {
    throw new Error(`The drill could not go on; the last lines of its processes:\n${log.slice(-20).join('\n')}`, {
      cause: error,
    });
  } finally {
    await traffic?.stop();
    await platform?.stop();
    removeDirectory();
    process.removeListener('exit', removeDirectory);
  }
}

/** Above what the drill does: its calls are counted, and none is refused. */
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

interface Stage {
  readonly platform: Platform;
  readonly traffic: Traffic;
  readonly options: DrillOptions;
  readonly steps: StepResult[];
}

/** Which of the keys of before still open something. */
async function goodOnes({ acs, instances }: Platform, { primary, secondary, client: [key] }: Keys): Promise<string[]> {
  const answers: [name: string, isGood: boolean][] = [
    ['primary key of ACS', await isAccepted(acs, primary)],
    ['secondary key of ACS', await isAccepted(acs, secondary)],
  ];
  for (const { url } of instances) answers.push([`client's key at ${url}`, await isKnown(url, key)]);
  return answers.filter(([, isGood]) => isGood).map(([name]) => name);
}

/** Does one step, waits until enough calls have seen what it made, and reports what became of all calls meanwhile. */
async function step({ traffic, options, steps }: Stage, name: string, act: () => Promise<unknown>): Promise<void> {
  const before = traffic.count();
  await act();
  const { calls } = traffic.count();
  await until(
    `${options.callsForEachStep} calls after '${name}'`,
    () => traffic.count().calls >= calls + options.callsForEachStep,
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

/** @returns the keys of afterwards */
async function changeAcsKeys(stage: Stage, keys: Keys): Promise<Keys> {
  const { acs, apply } = stage.platform;
  let now = keys;
  await step(stage, 'calls go on', async () => undefined);
  for (const name of ['primary', 'secondary'] as const) {
    await step(stage, `ACS: ${name} key regenerated`, async () => {
      const both = await regenerateKey(acs, name);
      now = { ...now, primary: keyOf(both.primaryConnectionString), secondary: keyOf(both.secondaryConnectionString) };
    });
    await step(stage, `ACS: new ${name} key in the settings`, () => apply(settingsOf(acs, now)));
  }
  return now;
}

/** @returns the key that the client signs with in the end */
async function changeClientKeys(stage: Stage, keys: Keys): Promise<string> {
  const { acs, apply } = stage.platform;
  const [old] = keys.client;
  const fresh = newKey();
  await step(stage, 'client: new key added', () => apply(settingsOf(acs, { ...keys, client: [old, fresh] })));
  await step(stage, 'client: signs with the new key', async () => stage.traffic.useKey(fresh));
  await step(stage, 'client: old key removed', () => apply(settingsOf(acs, { ...keys, client: [fresh] })));
  return fresh;
}

async function countedSms({ instances: [first] }: Platform, accessKey: string): Promise<number> {
  const response = await signedFetch({ endpoint: first?.url ?? '', accessKey }, { method: 'GET', target: '/usage' });
  const { limits } = usage.parse(await response.json());
  return limits.find(({ limit }) => limit === 'smsPerDay')?.used ?? 0;
}

async function isKnown(url: string, accessKey: string): Promise<boolean> {
  const response = await signedFetch({ endpoint: url, accessKey }, { method: 'GET', target: '/health/ready' });
  return response.status !== 401;
}

async function reckon({ acs }: Platform, traffic: Traffic): Promise<DrillResult['messages']> {
  const texts = await deliveredTexts(acs);
  return { accepted: traffic.sent(), delivered: texts.length, twice: texts.length - new Set(texts).size };
}
