import type { Runtime } from '../../../shared/runtime.ts';
import type { Random, ReceivedMessage, SimulatedProcess, Simulation } from '../engine/types.ts';
import { type LogLine, QUEUE_FUNCTIONS, type QueueFunction } from './functions.ts';
import type { QueueBell } from './queueBell.ts';

// The Functions host's rules for storage queues. @see host.json, and
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger
const BATCH_SIZE = 16;
const NEW_BATCH_THRESHOLD = 8;
const MAXIMUM_DEQUEUE_COUNT = 10;
const RETRY_SECONDS = 15;
const LEASE_SECONDS = 600;
const RENEWAL_MILLISECONDS = (LEASE_SECONDS * 1000) / 2;
const RENEWAL_CHECK_MILLISECONDS = 60_000;
const LONGEST_POLL_MILLISECONDS = 1000;

/** How long a host that stops waits for what it runs. */
const STOPPING_MILLISECONDS = 10_000;

export interface HostParts {
  readonly simulation: Simulation;
  readonly process: SimulatedProcess;
  readonly runtime: Runtime;
  readonly bell: QueueBell;
  readonly log: LogLine;
  /** Called when a function has ended without an error. */
  readonly served: (queue: string, message: ReceivedMessage) => void;
}

interface Held {
  message: ReceivedMessage;
  renewedOn: number;
}

/** The Functions host of one process: its queue triggers. */
export class FunctionsHost {
  readonly process: SimulatedProcess;
  readonly runtime: Runtime;
  readonly #parts: HostParts;
  readonly #random: Random;
  readonly #held = new Set<readonly [QueueFunction, Held]>();
  readonly #running = new Map<QueueFunction, Set<Promise<void>>>();
  #isStopping: boolean = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.process = parts.process;
    this.runtime = parts.runtime;
    this.#random = parts.simulation.random.fork(`host ${parts.process.name}`);
    for (const it of QUEUE_FUNCTIONS) void this.#poll(it);
    void this.#renewLeases();
  }

  get isOn(): boolean {
    return this.process.isAlive && !this.#isStopping;
  }

  /** Stops taking messages, waits for what is running, and ends the process. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const { simulation } = this.#parts;
    const running = [...this.#running.values()].flatMap((it) => [...it]);
    await Promise.race([Promise.all(running), this.process.died, simulation.sleep(STOPPING_MILLISECONDS)]);
    if (this.process.isAlive) this.process.kill();
  }

  async #poll(it: QueueFunction): Promise<void> {
    const { simulation, process, bell } = this.#parts;
    const running = new Set<Promise<void>>();
    this.#running.set(it, running);
    await simulation.sleep(this.#random.integer(LONGEST_POLL_MILLISECONDS));
    while (this.isOn) {
      if (running.size > NEW_BATCH_THRESHOLD) {
        await Promise.race([...running, process.died]);
        continue;
      }
      const messages = await this.#receive(it);
      for (const message of messages) this.#start(it, message, running);
      if (messages.length > 0) continue;
      await Promise.race([bell.wait(it.queue), process.died]);
      if (this.isOn) await simulation.sleep(this.#random.integer(LONGEST_POLL_MILLISECONDS));
    }
  }

  /** None if storage fails: the host polls again. Never, if the process is killed. */
  async #receive({ queue }: QueueFunction): Promise<ReceivedMessage[]> {
    const { simulation, process } = this.#parts;
    try {
      return await Promise.race([
        process.messages.receive(queue, BATCH_SIZE, LEASE_SECONDS),
        process.died.then((): ReceivedMessage[] => []),
      ]);
    } catch {
      await simulation.sleep(LONGEST_POLL_MILLISECONDS);
      return [];
    }
  }

  #start(it: QueueFunction, message: ReceivedMessage, running: Set<Promise<void>>): void {
    const held = { message, renewedOn: this.#parts.simulation.now() };
    const entry = [it, held] as const;
    this.#held.add(entry);
    const done = this.#serve(it, held).finally(() => {
      this.#held.delete(entry);
      running.delete(done);
    });
    running.add(done);
  }

  async #serve(it: QueueFunction, held: Held): Promise<void> {
    const { process, runtime, log, served } = this.#parts;
    const { message } = held;
    let hasFailed = false;
    try {
      await process.run(() => it.serve(runtime, message, log));
      served(it.queue, message);
    } catch {
      if (!process.isAlive) return; // the message stays invisible until its lease ends
      hasFailed = true;
    }
    try {
      await Promise.race([hasFailed ? this.#fail(it, held) : this.#remove(it, held), process.died]);
    } catch {
      log(`host: a message of ${it.queue} cannot be settled and will be delivered again`);
    }
  }

  #remove({ queue }: QueueFunction, held: Held): Promise<void> {
    return this.#parts.process.messages.remove(queue, held.message);
  }

  async #fail(it: QueueFunction, held: Held): Promise<void> {
    const { process, bell } = this.#parts;
    const { queue } = it;
    if (held.message.dequeueCount < MAXIMUM_DEQUEUE_COUNT) {
      held.message = await process.messages.update(queue, held.message, RETRY_SECONDS);
      bell.ring(queue);
      return;
    }
    const poison = `${queue}-poison`;
    await process.messages.send(poison, held.message.text);
    bell.ring(poison);
    await this.#remove(it, held);
  }

  /** Renews what runs for long at half of its lease. */
  async #renewLeases(): Promise<void> {
    const { simulation, process } = this.#parts;
    while (process.isAlive) {
      await Promise.race([simulation.sleep(RENEWAL_CHECK_MILLISECONDS), process.died]);
      for (const [it, held] of this.#held) {
        if (process.isAlive && simulation.now() - held.renewedOn >= RENEWAL_MILLISECONDS) await this.#renew(it, held);
      }
    }
  }

  async #renew({ queue }: QueueFunction, held: Held): Promise<void> {
    const { simulation, process, log } = this.#parts;
    try {
      const renewed = await Promise.race([
        process.messages.update(queue, held.message, LEASE_SECONDS),
        process.died.then(() => held.message),
      ]);
      Object.assign(held, { message: renewed, renewedOn: simulation.now() });
    } catch {
      log(`host: the lease of a message of ${queue} cannot be renewed`);
    }
  }
}
