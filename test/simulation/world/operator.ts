import type { Simulation } from '../engine/types.ts';
import type { Acs } from './acs/acs.ts';
import type { OperatorAction } from './actions.ts';
import type { Fleet } from './fleet.ts';
import type { History, Revocation } from './history.ts';
import { keyNamed, type SimulatedClient } from './installation.ts';

interface OperatorParts {
  readonly simulation: Simulation;
  readonly fleet: Fleet;
  readonly acs: Acs;
  readonly history: History;
  /** Every sender of the resource. */
  readonly senders: readonly string[];
}

/** Those who run the installation: keys, settings, scale. */
export class Operator {
  readonly #simulation: Simulation;
  readonly #fleet: Fleet;
  readonly #acs: Acs;
  readonly #history: History;
  readonly #senders: readonly string[];
  /** Changes of settings are made one after the other. */
  #last: Promise<void> = Promise.resolve();
  #keys = 0;

  constructor({ simulation, fleet, acs, history, senders }: OperatorParts) {
    this.#simulation = simulation;
    this.#fleet = fleet;
    this.#acs = acs;
    this.#history = history;
    this.#senders = senders;
  }

  perform(action: OperatorAction): Promise<void> {
    if (action.do === 'scale') {
      this.#fleet.scale(action.processes);
      return Promise.resolve();
    }
    const change = action.do === 'rotateAcsKey' ? () => this.#rotate(action) : () => this.#revoke(action);
    this.#last = this.#last.then(change);
    return this.#last;
  }

  /** Regenerates the key that is in use; the settings follow later. The other key works all the time. */
  async #rotate({ forMilliseconds }: OperatorAction): Promise<void> {
    const [old = '', other = ''] = this.#fleet.configuration.acsKeys;
    this.#keys += 1;
    const renewed = keyNamed(`acs ${this.#keys} again`);
    this.#acs.keys.delete(old);
    this.#acs.keys.add(renewed);
    await this.#simulation.sleep(forMilliseconds);
    this.#fleet.configuration = { ...this.#fleet.configuration, acsKeys: [other, renewed] };
    await this.#fleet.restart();
  }

  /** Takes a permission from a client, and gives it back later. */
  async #revoke({ do: what, client, sender, forMilliseconds }: OperatorAction): Promise<void> {
    const before = this.#fleet.configuration.clients;
    const isAffected = (it: SimulatedClient) => it.name === client.name;
    this.#history.revokedClients.add(client.name);
    const senders = (it: SimulatedClient) => (it.senders ?? this.#senders).filter((own) => own !== sender);
    const clients =
      what === 'removeClient'
        ? before.filter((it) => !isAffected(it))
        : before.map((it) => (isAffected(it) ? { ...it, senders: senders(it) } : it));
    this.#fleet.configuration = { ...this.#fleet.configuration, clients };
    await this.#fleet.restart();
    const revocation: Revocation = {
      client: client.name,
      sender: what === 'removeClient' ? undefined : sender,
      from: this.#simulation.now(),
      to: Number.POSITIVE_INFINITY,
    };
    this.#history.revocations.push(revocation);
    await this.#simulation.sleep(forMilliseconds);
    revocation.to = this.#simulation.now();
    this.#fleet.configuration = { ...this.#fleet.configuration, clients: before };
    await this.#fleet.restart();
  }
}
