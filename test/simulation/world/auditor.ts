import { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { getSmsBatch } from '../../../functions/sms/getSmsBatch.ts';
import { listSmsBatches } from '../../../functions/sms/listSmsBatches.ts';
import { listSmsBatchResults } from '../../../functions/sms/listSmsBatchResults.ts';
import { serveHttp } from '../../../shared/operation/http.ts';
import { createRuntime, type Runtime } from '../../../shared/runtime.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import type { SimulatedProcess, Simulation } from '../engine/types.ts';
import { anyOperation, contextFor } from './functions.ts';
import { type Installation, OWN_ORIGIN, type SimulatedClient, settingsOf } from './installation.ts';
import type { FinalBatch } from './invariants/batches.ts';

const batch = z.object({ id: z.string(), state: z.string(), counts: z.record(z.string(), z.int()) });

const results = z.object({
  value: z.array(
    z.object({
      to: z.string(),
      state: z.string(),
      messageId: z.string().optional(),
      delivery: z.object({ status: z.string() }).optional(),
    }),
  ),
});

const batchList = z.object({ value: z.array(z.object({ id: z.string(), state: z.string() })) });

/** Reads what clients see, over the API, in a process of its own and without their limits. To be used without faults. */
export class Auditor {
  readonly #simulation: Simulation;
  readonly #process: SimulatedProcess;
  readonly #runtime: Runtime;
  readonly #clients: ReadonlyMap<string, SimulatedClient>;

  constructor(simulation: Simulation, installation: Installation) {
    this.#simulation = simulation;
    this.#process = simulation.startProcess('auditor');
    const clients = installation.clients.map((it) => ({ ...it, limits: {}, senders: undefined }));
    this.#clients = new Map(clients.map((it) => [it.name, it]));
    const settings = settingsOf(installation, { clients, acsKeys: installation.acsKeys });
    this.#runtime = createRuntime(settings, () => new Date(this.#process.now()), this.#process.storage);
  }

  /** The state of each of a client's batches, by id. */
  async states(client: string): Promise<ReadonlyMap<string, string>> {
    const { value } = batchList.parse(await this.#get(client, listSmsBatches, '/sms/batches?maxPageSize=100', {}));
    return new Map(value.map(({ id, state }) => [id, state]));
  }

  async read(client: string, id: string): Promise<FinalBatch> {
    const path = `/sms/batches/${id}`;
    const { state, counts } = batch.parse(await this.#get(client, getSmsBatch, path, { id }));
    const page = await this.#get(client, listSmsBatchResults, `${path}/results?maxPageSize=10000`, { id });
    return { id, state, counts, results: results.parse(page).value };
  }

  async #get(name: string, definition: unknown, path: string, params: Record<string, string>): Promise<unknown> {
    const client = this.#clients.get(name);
    if (!client) throw new RangeError(`No client is called ${name}.`);
    const url = `${OWN_ORIGIN}${path}${path.includes('?') ? '&' : '?'}api-version=2026-01-23`;
    const date = new Date(this.#simulation.now());
    const headers = { ...sign({ method: 'GET', url, body: Buffer.alloc(0), date }, importKey(client.key)) };
    const request = new HttpRequest({ method: 'GET', url, headers, params });
    const operation = anyOperation(definition);
    const serve = () =>
      serveHttp(
        operation,
        request,
        contextFor(() => undefined),
        () => this.#runtime,
      );
    const { status, body } = await this.#process.run(serve);
    if (status !== 200) this.#simulation.fail('clients can read their batches', { path, status, body });
    return JSON.parse(String(body));
  }
}
