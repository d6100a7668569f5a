import * as fc from 'fast-check';
import type { Fate } from '../../../setup/steppedWorld.ts';
import { MOODS, type Mood } from './fakeAcs.ts';
import type { World } from './world.ts';

/** A step as data: a failing run is printed as a list of steps. */
export type Command =
  | { readonly do: 'begin'; readonly message: number }
  | { readonly do: 'deliver'; readonly message: number; readonly mood: Mood }
  | { readonly do: 'copy' | 'poison'; readonly message: number }
  | { readonly do: 'STOP' | 'START'; readonly recipient: number }
  | { readonly do: 'report'; readonly delivery: number; readonly isDelivered: boolean }
  | { readonly do: 'report all'; readonly isDelivered: boolean }
  | { readonly do: 'step'; readonly job: number; readonly fate: Fate; readonly mood: Mood }
  | { readonly do: 'run'; readonly job: number; readonly calls: number }
  | { readonly do: 'die'; readonly job: number }
  | { readonly do: 'wait'; readonly seconds: number }
  /** Until nothing is left to do. */
  | { readonly do: 'rest' }
  | { readonly do: 'sweep' | 'sweep slowly' | 'cancel' | 'redrive' | 'redrive in doubt' };

const small = fc.nat({ max: 5 });
const fate = fc.constantFrom<Fate>('fails', 'lost', 'hidden');
export const mood = fc.oneof({ weight: 2, arbitrary: fc.constant<Mood>('takes it') }, fc.constantFrom(...MOODS));
const seconds = fc.constantFrom(0.4, 1, 10, 20, 46, 62, 76, 121, 284, 290, 301, 620);

const frequent = fc.oneof(
  fc.record({ do: fc.constant('begin' as const), message: small }),
  fc.record({ do: fc.constant('deliver' as const), message: small, mood }),
  fc.record({ do: fc.constant('run' as const), job: small, calls: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('step' as const), job: small, fate: fc.constant<Fate>('works'), mood }),
  fc.record({ do: fc.constant('wait' as const), seconds }),
);

const rare = fc.oneof(
  fc.record({ do: fc.constantFrom('copy' as const), message: small }),
  fc.record({ do: fc.constant('step' as const), job: small, fate, mood }),
  fc.record({ do: fc.constant('die' as const), job: small }),
  fc.record({ do: fc.constantFrom('sweep' as const, 'sweep slowly' as const) }),
);

type Extra = 'rest' | 'cancel' | 'redrive' | 'redrive in doubt' | 'poison' | 'STOP' | 'START' | 'report' | 'report all';

export interface CommandOptions {
  readonly also: readonly Extra[];
}

const WITH: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<number | boolean>>>>> = {
  report: { delivery: small, isDelivered: fc.boolean() },
  'report all': { isDelivered: fc.boolean() },
  poison: { message: small },
  STOP: { recipient: small },
  START: { recipient: small },
};

export function commands({ also }: CommandOptions): fc.Arbitrary<Command[]> {
  const others = also.map((it) => fc.record({ do: fc.constant(it), ...WITH[it] }));
  const all: fc.WeightedArbitrary<Command>[] = [
    { weight: 6, arbitrary: frequent },
    { weight: 3, arbitrary: rare },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary: arbitrary as fc.Arbitrary<Command> })),
  ];
  return fc.array(fc.oneof(...all), { maxLength: 60, size: 'max' });
}

const MAXIMUM_RUNNING = 4;

export async function obey(world: World, command: Exclude<Command, { do: 'rest' }>): Promise<void> {
  switch (command.do) {
    case 'wait':
      return world.wait(command.seconds);
    case 'step':
      return world.step(command.job, command.fate, command.mood);
    case 'run':
      return runOn(world, command.job, command.calls);
    case 'die':
      return world.die(command.job);
    case 'STOP':
    case 'START':
      return world.answer(command.recipient, command.do);
    case 'report':
      return world.reports.make(command.delivery, command.isDelivered);
    case 'report all':
      return world.reports.makeAll(command.isDelivered);
    case 'begin':
    case 'deliver':
    case 'copy':
    case 'poison':
      return handleMessage(world, command);
    default:
      return begin(world, command.do);
  }
}

async function begin(world: World, what: 'sweep' | 'sweep slowly' | 'cancel' | 'redrive' | 'redrive in doubt') {
  if (world.running.length >= MAXIMUM_RUNNING) return;
  if (what === 'sweep' || what === 'sweep slowly') await world.sweep();
  else await world.call(what);
  if (what === 'sweep') await world.runToEnd(world.running.length - 1);
}

type MessageCommand = Extract<Command, { readonly message: number }>;

async function handleMessage(world: World, command: MessageCommand): Promise<void> {
  const visible = world.queues.visible();
  const message = visible[command.message % visible.length];
  if (!message) return;
  if (command.do === 'copy') return world.queues.copy(message);
  if (command.do === 'poison') return world.queues.poison(message);
  if (world.running.length >= MAXIMUM_RUNNING) return;
  await world.deliver(message);
  if (command.do === 'deliver') await world.runToEnd(world.running.length - 1, [command.mood]);
}

async function runOn(world: World, which: number, calls: number): Promise<void> {
  const it = world.running[which % world.running.length];
  for (let call = 0; it && call < calls && !it.job.isOver; call += 1) {
    await world.step(world.running.indexOf(it), 'works', 'takes it');
  }
}
