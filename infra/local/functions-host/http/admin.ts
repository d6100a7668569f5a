import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseCrossSite } from '../../requestGuard.ts';
import type { LocalFunction } from '../bindings.ts';
import type { Invoke, Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { toTrigger as toTimerTrigger } from '../timer/listener.ts';
import { parseSchedule } from '../timer/schedule.ts';
import { type FunctionKeys, mayControl } from './functionKeys.ts';
import type { Target } from './request.ts';
import { readBody } from './request.ts';
import { answerEmpty, answerRefusal } from './response.ts';

/**
 * Starts a function that has no HTTP trigger.
 *
 * @returns false if no such function has that name
 */
export type RunByName = (name: string, input: string) => boolean;

export interface AdminOptions {
  readonly keys: FunctionKeys;
  readonly runByName: RunByName;
}

/** `POST /admin/functions/{name}` with `{ "input": … }` runs a queue or timer function once. Responds before the run ends. */
export async function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  { keys, runByName }: AdminOptions,
): Promise<void> {
  const refused = refuseCrossSite(request);
  if (refused) return answerRefusal(response, refused);
  const [, name] = /^\/admin\/functions\/([^/]+)\/?$/i.exec(target.path) ?? [];
  if (!name || request.method !== 'POST') return answerEmpty(response, 404);
  if (!mayControl(keys, request, target)) return answerEmpty(response, 401);
  const body = await readBody(request);
  if (body === 'gone') return;
  if (body === 'too large') return answerEmpty(response, 413);
  const input = readInput(body === 'none' ? '{}' : body.toString());
  if (input === undefined) return answerEmpty(response, 400);
  answerEmpty(response, runByName(name, input) ? 202 : 404);
}

function readInput(text: string): string | undefined {
  try {
    const { input = '' } = JSON.parse(text) as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}

export interface RunsByName {
  readonly run: RunByName;
  /** Resolves when all runs have ended. */
  stop(): Promise<void>;
}

/** Runs functions outside their triggers, for `POST /admin/functions/{name}`. */
export function createRunsByName(functions: readonly LocalFunction[], invoke: Invoke, log: Log): RunsByName {
  const running = new Set<Promise<void>>();
  return {
    run: (name, input) => {
      const target = functions.find(
        (one) => one.name.toLowerCase() === name.toLowerCase() && one.trigger.kind !== 'http',
      );
      if (!target) return false;
      const done = invoke(target, triggerOf(target, input))
        .then(
          () => undefined,
          (error: unknown) => log.error(`${target.name} failed`, error),
        )
        .finally(() => running.delete(done));
      running.add(done);
      return true;
    },
    stop: async () => void (await Promise.all(running)),
  };
}

function triggerOf({ name, trigger }: LocalFunction, input: string): Trigger {
  if (trigger.kind === 'timer') return toTimerTrigger(parseSchedule('00:01:00', name), undefined, false);
  return { data: { string: input }, metadata: { QueueTrigger: { string: input } } };
}
