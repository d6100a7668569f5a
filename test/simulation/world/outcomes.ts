import * as z from 'zod';
import type { Simulation } from '../engine/types.ts';
import type { History } from './history.ts';
import type { SimulatedClient } from './installation.ts';

const event = z.object({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  client: z.string().optional(),
  data: z.unknown(),
});

/** Reads what Switchboard has emitted, as the apps do that own the queues. */
export function readOutcomes(simulation: Simulation, history: History, clients: readonly SimulatedClient[]): void {
  for (const queue of ['outcomes', ...clients.map(({ name }) => `replies-${name}`)]) {
    for (const { text } of simulation.account.take(queue)) {
      const content = event.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
      history.events.push({ ...content, queue, client: content.client, data: content.data });
    }
  }
}
